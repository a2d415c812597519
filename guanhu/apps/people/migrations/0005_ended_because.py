from django.db import migrations, models
from django.db.models import F, Q

POSTS = [
    ("wealth", "理财经理"), ("relationship", "客户经理"), ("lobby", "大堂经理"), ("teller", "柜员"),
    ("head", "网点负责人"), ("office", "机关岗位"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_signing_in"),
    ]

    operations = [
        migrations.AlterField(
            model_name="staff",
            name="post",
            field=models.CharField(choices=POSTS, max_length=20, verbose_name="岗位"),
        ),
        migrations.AddField(
            model_name="cover",
            name="ended_because",
            field=models.CharField(blank=True, db_default="", max_length=200, verbose_name="提前结束的理由"),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="ended_because",
            field=models.CharField(blank=True, db_default="", max_length=200, verbose_name="收回或退回的理由"),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=Q(proposed_by=None) | ~Q(proposed_by=F("staff")), name="role_grant_not_for_oneself"
            ),
        ),
    ]
