"""What people see on Discord: messages, pictures, components and modals."""
