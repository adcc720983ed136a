"""Doors that open by one request to a device, described in a template: no code for a Shelly, a Tasmota, a lock at home.

`grammar`, `digest`, `reading`, `sending` and `presets` know nothing of Django. `models` and `admin` are where a site
describes its devices; `doors` finds the device of a locker or a gate.
"""
