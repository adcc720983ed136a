"""The face mesh: BlazeFace, 468 points in three dimensions, and the lids of both eyes (Apache-2.0, see docs/models.md).

It finds and follows the face of someone who stands before a camera in a few milliseconds, and tells pose and blinks.
"""
