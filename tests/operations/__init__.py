"""Tests of Jalon left to itself: schedules, servers, workers, backups."""
