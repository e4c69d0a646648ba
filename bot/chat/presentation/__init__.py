"""What people see on Discord: replies as embeds, charts, components and modals."""
