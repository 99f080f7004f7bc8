"""Smooth backward warps from moved landmarks, by radial basis functions with the kernel |r|."""

import numpy as np

__all__ = ["WarpGrid", "sample"]


class WarpGrid:
    """Backward displacement on a fixed rectangle of pixels, evaluated anew for every set of moved points.

    Parameters
    ----------
    left, top, width, height : int
        The rectangle, in pixels.
    margin : float
        Over this many pixels the displacement fades to zero at the border of the rectangle.

    Source
    ------
    Our choice: the kernel |r| bends little between points and does not overshoot where lips or lids meet,
    as thin plates do.
    """

    def __init__(self, left, top, width, height, margin):
        self.y, self.x = np.mgrid[top : top + height, left : left + width].astype(np.float32)
        # lips and lids are horizontal: every second column is enough, the others lie halfway
        self.coarse_y, self.coarse_x = np.mgrid[top : top + height, left : left + width + 2 : 2].astype(
            np.float32
        )
        inside_x = np.minimum(self.x - left, left + width - 1 - self.x) / margin
        inside_y = np.minimum(self.y - top, top + height - 1 - self.y) / margin
        inside = np.clip(np.minimum(inside_x, inside_y), 0, 1)
        self.fade = (inside**2 * (3 - 2 * inside)).astype(np.float32)

    def coordinates(self, source, target):
        """Where in the source every pixel of the rectangle is taken from.

        Parameters
        ----------
        source, target : float array, shape (point, 2)
            Points (x, y) before and after the movement, in pixels.

        Returns
        -------
        float32 array, shape (2, height, width)
            Row and column in the source.
        """
        count = len(source)
        system = np.ones((count + 1, count + 1))
        system[:count, :count] = np.linalg.norm(target[:, None] - target[None], axis=2)
        system[count, count] = 0.0
        right = np.zeros((count + 1, 2))
        right[:count] = source - target
        weights = np.linalg.solve(system, right).astype(np.float32)
        at = target.astype(np.float32)
        distance = np.square(self.coarse_x.ravel()[None] - at[:, :1])  # (point, pixel)
        distance += np.square(self.coarse_y.ravel()[None] - at[:, 1:])
        np.sqrt(distance, out=distance)
        coarse = weights[:count].T @ distance + weights[count][:, None]  # (2, pixel)
        coarse = coarse.reshape(2, *self.coarse_x.shape)
        height, width = self.x.shape
        shift = np.empty((2, height, width), np.float32)
        shift[..., ::2] = coarse[..., : (width + 1) // 2]
        shift[..., 1::2] = ((coarse[..., :-1] + coarse[..., 1:]) / 2)[..., : width // 2]
        shift *= self.fade
        return np.stack([self.y + shift[1], self.x + shift[0]])


def sample(image, coordinates):
    """Bilinear samples of an image, repeated at its border.

    Parameters
    ----------
    image : float32 array, shape (height, width, channel)
    coordinates : float32 array, shape (2, rows, columns)
        Row and column of every wanted sample.

    Returns
    -------
    float32 array, shape (rows, columns, channel)
    """
    row = np.clip(coordinates[0], 0, image.shape[0] - 1.001)
    column = np.clip(coordinates[1], 0, image.shape[1] - 1.001)
    top, left = row.astype(np.int32), column.astype(np.int32)
    down, right = (row - top)[..., None], (column - left)[..., None]
    index = top * image.shape[1] + left
    flat = image.reshape(-1, image.shape[2])
    upper = flat[index] * (1 - right) + flat[index + 1] * right
    lower = flat[index + image.shape[1]] * (1 - right) + flat[index + image.shape[1] + 1] * right
    return upper * (1 - down) + lower * down
