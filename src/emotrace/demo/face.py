"""The moving face: expression and head pose in, one video frame out."""

import numpy as np
from PIL import Image
from threadpoolctl import threadpool_limits

from emotrace.demo.landmarks import displacements
from emotrace.demo.portrait import draw_background, draw_portrait
from emotrace.demo.warp import WarpGrid, sample

__all__ = ["FRAME_HEIGHT", "FRAME_WIDTH", "FaceRenderer", "draw"]

FRAME_WIDTH, FRAME_HEIGHT = 320, 240

_LEFT, _TOP, _COLUMNS, _ROWS = 174, 70, 102, 126  # what an expression changes, in the photograph
_CELL = 40  # output pixels between the nodes of the head's warp
_FARTHEST = 14  # pixels of the photograph that head movement may reach
_HEAD = np.array([226.0, 105.0])  # middle of the head, in the photograph
_NECK = np.array([224.0, 190.0])  # the head turns about this point


class FaceRenderer:
    """Draws one subject.

    Parameters
    ----------
    subject : Subject
    rng : numpy.random.Generator
        Used for the background alone.

    Source
    ------
    Our choice.
    """

    def __init__(self, subject, rng):
        self.subject = subject
        portrait = draw_portrait(subject)
        self.points = portrait.points
        self.smiling, self.relaxed = portrait.smiling, portrait.relaxed
        self.layer = Image.fromarray(np.round(portrait.smiling).astype(np.uint8), "RGBA")
        background = draw_background(subject, FRAME_HEIGHT, FRAME_WIDTH, rng)
        self.background = Image.fromarray(np.round(background).astype(np.uint8))
        self.grid = WarpGrid(_LEFT, _TOP, _COLUMNS, _ROWS, margin=10)
        rows, columns = np.mgrid[0 : FRAME_HEIGHT + 1 : _CELL, 0 : FRAME_WIDTH + 1 : _CELL]
        out = np.stack([columns, rows], axis=-1).astype(np.float64)
        self.nodes = (out - [subject.head_x, subject.head_y]) / subject.head_scale + _HEAD  # (row, column, 2)
        fall = np.clip((self.nodes[..., 1:] - 165) / 75, 0, 1)
        self.follows_head = 1 - fall**2 * (3 - 2 * fall)
        self.depth = np.exp(-(np.square(self.nodes - [224.0, 125.0]).sum(-1, keepdims=True)) / (2 * 42.0**2))
        cover = Image.fromarray(np.ascontiguousarray(portrait.smiling[..., 3]))
        self.seen = np.ones((FRAME_HEIGHT // _CELL, FRAME_WIDTH // _CELL), bool)
        reach = _CELL // 2 + _FARTHEST
        for row, column in np.ndindex(self.seen.shape):
            x, y = self.nodes[row, column] - reach
            right, bottom = self.nodes[row + 1, column + 1] + reach
            self.seen[row, column] = np.asarray(cover.crop((int(x), int(y), int(right), int(bottom)))).any()

    def _express(self, expression):
        """Lay the expression's face over the portrait, in place."""
        coordinates = self.grid.coordinates(self.points, self.points + displacements(expression))
        lost = np.float32(np.clip((0.9 - expression[0]) / 1.2, 0, 1))
        window = np.s_[_TOP - 8 : _TOP + _ROWS + 8, _LEFT - 8 : _LEFT + _COLUMNS + 8]
        source = self.smiling[window] + lost * (self.relaxed[window] - self.smiling[window])
        coordinates -= np.array([_TOP - 8, _LEFT - 8], np.float32)[:, None, None]
        patch = sample(source, coordinates)
        self.layer.paste(Image.fromarray((patch + 0.5).astype(np.uint8), "RGBA"), (_LEFT, _TOP))

    def _mesh(self, pose):
        shift_x, shift_y, roll, yaw, pitch = pose
        cos, sin = np.cos(roll), np.sin(roll)
        turned = (self.nodes - _NECK) @ np.array([[cos, -sin], [sin, cos]]) + _NECK
        moved = turned - [shift_x, shift_y] - self.depth * [yaw, pitch]
        source = self.nodes + self.follows_head * (moved - self.nodes)
        around = [source[:-1, :-1], source[1:, :-1], source[1:, 1:], source[:-1, 1:]]
        corners = np.concatenate(around, axis=-1)  # (row, column, 8)
        mesh = []
        for row, cells in enumerate(corners.tolist()):
            for column, quad in enumerate(cells):
                if not self.seen[row, column]:
                    continue
                box = (column * _CELL, row * _CELL, (column + 1) * _CELL, (row + 1) * _CELL)
                mesh.append((box, quad))
        return mesh

    def render(self, expression, pose):
        """Draw one frame.

        Parameters
        ----------
        expression : sequence of 5 floats
            Weights in the order of `landmarks.ACTIONS`.
        pose : sequence of 5 floats
            Head shift to the right and down (pixels of the photograph), roll (radians), yaw and pitch
            (pixels that the middle of the face moves against the rest of the head).

        Returns
        -------
        uint8 array, shape (240, 320, 3)
            RGB.
        """
        self._express(expression)
        size, mesh = (FRAME_WIDTH, FRAME_HEIGHT), self._mesh(pose)
        moved = self.layer.transform(size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
        frame = self.background.copy()
        frame.paste(moved, mask=moved)
        if self.subject.mirrored:
            frame = frame.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return np.array(frame)


def draw(subject, room_seed, expressions, poses):
    """Draw a video of one subject, frame by frame.

    Parameters
    ----------
    subject : Subject
    room_seed : seed of numpy.random.default_rng
        Of the background.
    expressions, poses : float array, shape (frames, 5)
        As for `FaceRenderer.render`.

    Yields
    ------
    uint8 array, shape (240, 320, 3)
        RGB.
    """
    with threadpool_limits(1):  # small systems: more threads cost time, and may change the last bit
        renderer = FaceRenderer(subject, np.random.default_rng(room_seed))
        for expression, pose in zip(expressions, poses, strict=True):
            yield renderer.render(expression, pose)
