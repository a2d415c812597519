"""做: owns opportunities, today's plan and quotas, touches, promises and deferrals. Not whose customer it is."""
