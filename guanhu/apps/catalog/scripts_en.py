"""The scripts in English: the greeting first, the matter second, the sender named."""

from __future__ import annotations

from guanhu.rules.kinds import Channel

HELLO = "Hello {name}, this is {sender} from {branch}. "


def _three(message: str, call: str, meeting: str) -> dict[Channel, str]:
    """The three channels of one reason, each begun with the greeting."""
    return {Channel.MESSAGE: HELLO + message, Channel.CALL: HELLO + call, Channel.MEETING: HELLO + meeting}


ENGLISH: dict[str, dict[Channel, str]] = {
    "maturity/t-30": _three(
        "I hope you are well. Your {product} of {amount} falls due {due}. There is time; tell me what "
        "you have in mind for it and I will prepare.",
        "How have you been? Your {product} of {amount} falls due {due}. No decision is needed today: "
        "will you use it, keep it at hand, or put it away again? I will note it down.",
        "Please take a seat. Let us look at the {product} of {amount} due {due}: what you will need "
        "soon, what can stay longer, arranged the way you like it.",
    ),
    "maturity/t-7": _three(
        "Your {product} of {amount} falls due {due}. Renew, split or withdraw: one word from you and the "
        "papers will be ready, so you need not wait.",
        "Two minutes, if I may. Your {product} of {amount} falls due {due}. I have prepared a few ways "
        "to place it that keep part of it within reach. Which day suits you?",
        "For the {product} of {amount} due {due} I have written down terms and withdrawal rules on one "
        "page. Take your time; we change whatever does not suit you.",
    ),
    "maturity/t-1": _three(
        "To confirm once more: your {product} of {amount} falls due {due}. Please bring your identity "
        "card and bank card; I will be at the counter. If you cannot come, just reply.",
        "Confirming once more: your {product} of {amount} falls due {due}. What would you like to do, "
        "and at what time? I will keep a place for you.",
        "Your {product} of {amount} falls due {due}. Let us settle the time and the papers today, so "
        "that you need not wait.",
    ),
    "maturity/t0": _three(
        "Your {product} of {amount} falls due today and the money is in your account. Tell me if I can help.",
        "Your {product} of {amount} falls due today. Could you come in? If not, I can explain the "
        "choices and what to watch in each over the phone.",
        "Your {product} of {amount} falls due today. Please check the amount first. I will tell you the "
        "drawbacks of each choice as well.",
    ),
    "maturity/t+1": _three(
        "Your {product} of {amount} fell due {due} and was not renewed. Do you have other plans, or did "
        "we miss something? I would be glad to hear.",
        "Your {product} of {amount} fell due {due} and is still in the current account. Other plans are "
        "quite all right; I only want to hear the reason and see how I can help.",
        "Your {product} of {amount} fell due {due}. No products today: tell me where the money is meant "
        "to go and I will note what you need.",
    ),
    "near_line": _three(
        "Thank you for your trust. You are {amount} short of the next service level. If you would like "
        "to see what it includes, I will send the list.",
        "I hope all is well. You are {amount} short of the next service level. There is no need to move "
        "money for it; some services may be of use to you. Shall I explain?",
        "This is the list of the next level; you are {amount} short of it. Let us see which items you "
        "would really use.",
    ),
    "outflow": _three(
        "Some money has left your accounts lately, {amount} in all. If it is for family or business, I "
        "wish you well; if our service fell short, please say so.",
        "We have not spoken for a while. I noticed {amount} leaving over the past month. I do not mean "
        "to pry: is there anything I should have done better?",
        "Thank you for coming. {amount} has left over the past month. If another place suits you better "
        "I understand; please tell me what did not please you here.",
    ),
    "large_move/in": _three(
        "{amount} came into your account {due}; please check that it is yours. If anyone claiming to be "
        "a bank or the police asks you to transfer it, call me first.",
        "May I check one thing: is the {amount} that came in {due} your own? Is anyone pressing you to "
        "send it on? Once it is safe, just tell me whether you will need it soon.",
        "Please confirm first that the {amount} of {due} is right. Then tell me when you will need it "
        "and how much should stay at hand.",
    ),
    "large_move/out": _three(
        "{amount} left your account {due}. If this was not you, please reply at once or call our hotline.",
        "May I check one payment: {amount} left {due}. Was it you? Did a stranger ask for a transfer or "
        "to share your screen? I only want to know that you are safe.",
        "I asked you in to confirm that the {amount} that left {due} was your own wish. That is all I need.",
    ),
    "dormant": _three(
        "I have not heard from you for a while and hope you and your family are well. Do card and "
        "account still serve you? One word is enough.",
        "It has been long; I wanted to ask after you. Your card has hardly been used. A new number, a "
        "lost card, or is something inconvenient? I will see to it.",
        "Good to see you again. Let us go through your accounts: which you still use and which can be closed.",
    ),
    "other_bank": _three(
        "{amount} went out lately. If something here does not serve you, tell me and I will look for a way.",
        "I would value your opinion: {amount} went out over the past month. Is it easier there, or do we "
        "lack something? I can only mend what I know.",
        "May I ask you: what makes the other place better for the {amount} of the past month? I will "
        "note it; what we can do, we will.",
    ),
    "dates": _three(
        "Your birthday is {due}: I wish you good health and every happiness.",
        "Your birthday is {due}; I am calling only to wish you health and joy. If you need anything, I am here.",
        "Your birthday is {due}: my best wishes. It is good to see you, as always.",
    ),
    "promise": _three(
        "What I promised you for {due} is done; here is the result. Reply if anything is unclear.",
        "We agreed to speak {due}. First what has become of your matter, then what is still open.",
        "As agreed, {due}. Please sit down; let us go through what has become of each point.",
    ),
    "complaint": _three(
        "I have received your complaint and I am sorry. You will have an answer today; when may I call you?",
        "I am sorry for what happened. Please tell me how it went; I will write it down and tell you "
        "today what we do and by when.",
        "I am sorry you had to come. I have looked into it from the start; let me tell you what I found "
        "and then hear you.",
    ),
    "introduction": _three(
        "I look after you at our bank from now on, and what was agreed with you before stands. I would like to call "
        "you these days to get to know you; when does it suit you?",
        "I wrote to you some days ago: I look after you from now on. I am calling to get to know you, not about a "
        "product. If anything you asked for before is still open, I go on with it.",
        "I am glad to meet you in person. My colleague has told me what matters to you; tell me what should stay as "
        "it was and what you would change, and I will see to it.",
    ),
    "routine": _three(
        "How are you? Please beware of messages and calls in a bank's name and give codes to nobody. I "
        "am here if you need me.",
        "I am calling to ask after you. Do card and mobile banking work well? Whatever is inconvenient, "
        "I will see to it.",
        "Thank you for coming. Let us go through your accounts together; tell me what has changed and what you plan.",
    ),
    "routine/first": _three(
        "From now on you can come straight to me with anything at our bank: ask before you come in, and I will see "
        "what to bring and when it is quiet. Please keep this number.",
        "I look after you from now on. I am calling to get to know you, not about a product: when do you like to be "
        "called, and what would you like me to watch for?",
        "I am glad to meet you; I look after you from now on. Tell me first how you use us and what is inconvenient, "
        "and I will see to that.",
    ),
}
"""Reason → channel → text."""
