"""The database: engine, tenant-bound sessions, migrations."""
