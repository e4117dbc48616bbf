"""Planned outages (计划停水停电停热): announced to the places they concern, moved, ended, called off."""
