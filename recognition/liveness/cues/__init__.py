"""What a few frames of a face show, as numbers: relief, blinks, what moves with it, the edges of a medium.

Measured on the texture of the picture, with the mesh only as a map of where to look. No cue decides anything by itself:
`recognition.liveness.passive` adds them up along a track, and a challenge may ask for one of them.
"""
