"""人: owns staff, branches and nights, who is looking (``Viewer``) and the scope of rows. Not customers."""
