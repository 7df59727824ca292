"""Joins the stages of reading; the only package in `posts` that knows them all."""
