"""Those who follow a watch: log, terminal, metrics, health and report; each knows events alone."""
