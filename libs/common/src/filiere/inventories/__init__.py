"""Machine-read inventories as hardware facts: GLPI and FusionInventory agents (JSON, XML), lshw, eReuse Workbench."""
