"""Documents: parsed, measured, validated and cached; nothing is executed here."""
