package uk.ac.manchester.tornado.api.types.utils;

import uk.ac.manchester.tornado.api.types.vectors.Float3;
import uk.ac.manchester.tornado.api.types.vectors.Int3;
import uk.ac.manchester.tornado.api.types.volumes.VolumeShort2;

/**
 * A field between its voxels, by trilinear interpolation. Points are in the units of {@code dim},
 * the volume's extent; the field is the first lane of a voxel over {@link Short#MAX_VALUE}, almost.
 */
public class VolumeOps {

  private static final float SCALE = 3.051944e-5f;

  public VolumeOps() {}

  /** The gradient at a point, from the differences of voxels two apart. */
  public static Float3 grad(VolumeShort2 volume, Float3 dim, Float3 point) {
    Float3 position = position(volume, dim, point);
    Float3 gradient =
        new Float3(
            difference(volume, position, new Int3(1, 0, 0)),
            difference(volume, position, new Int3(0, 1, 0)),
            difference(volume, position, new Int3(0, 0, 1)));
    Float3 voxel =
        new Float3(dim.getX() / volume.X(), dim.getY() / volume.Y(), dim.getZ() / volume.Z());
    return Float3.mult(gradient, Float3.mult(voxel, 0.5f * SCALE));
  }

  /** The field at a point. */
  public static float interp(VolumeShort2 volume, Float3 dim, Float3 point) {
    return interpolate(volume, position(volume, dim, point), new Int3()) * SCALE;
  }

  private static float difference(VolumeShort2 volume, Float3 position, Int3 axis) {
    return interpolate(volume, position, axis) - interpolate(volume, position, Int3.mult(axis, -1));
  }

  /** In voxels, from the middle of the first. */
  private static Float3 position(VolumeShort2 volume, Float3 dim, Float3 point) {
    return new Float3(
        point.getX() * volume.X() / dim.getX() - 0.5f,
        point.getY() * volume.Y() / dim.getY() - 0.5f,
        point.getZ() * volume.Z() / dim.getZ() - 0.5f);
  }

  /** The first lane of the eight voxels around a position, each so many voxels further. */
  private static float interpolate(VolumeShort2 volume, Float3 position, Int3 offset) {
    Float3 floor = Float3.floor(position);
    Float3 upper = Float3.fract(position);
    Float3 lower = Float3.sub(new Float3(1, 1, 1), upper);
    Int3 base = new Int3((int) floor.getX(), (int) floor.getY(), (int) floor.getZ());
    float sum = 0;
    for (int corner = 0; corner < 8; corner++) {
      int x = corner & 1;
      int y = corner >> 1 & 1;
      int z = corner >> 2;
      float weight =
          (x == 0 ? lower : upper).getX()
              * (y == 0 ? lower : upper).getY()
              * (z == 0 ? lower : upper).getZ();
      Int3 voxel = inside(volume, Int3.add(base, new Int3(x, y, z)));
      voxel = inside(volume, Int3.add(voxel, offset));
      sum += weight * vs(volume, voxel.getX(), voxel.getY(), voxel.getZ());
    }
    return sum;
  }

  private static Int3 inside(VolumeShort2 volume, Int3 voxel) {
    Int3 last = new Int3(volume.X() - 1, volume.Y() - 1, volume.Z() - 1);
    return Int3.max(new Int3(), Int3.min(last, voxel));
  }

  /** The first lane of a voxel. */
  public static float vs1(int x, int y, int z, VolumeShort2 volume) {
    return vs(volume, x, y, z);
  }

  /** The first lane of a voxel. */
  public static float vs(VolumeShort2 volume, int x, int y, int z) {
    return volume.get(x, y, z).getX();
  }
}
