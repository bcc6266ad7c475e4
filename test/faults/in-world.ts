import { bootWorld, type World, type WorldOptions } from './world.ts';

/** Does something in a world that exists for it alone. */
export async function inWorld<T>(options: WorldOptions, work: (world: World) => Promise<T>): Promise<T> {
  const world = await bootWorld(options);
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}
