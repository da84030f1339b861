"""The notebooks as slides; see `course.slides.build`."""
