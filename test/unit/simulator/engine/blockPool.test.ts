import { describe, expect, test } from "vitest";
import { BlockPool } from "../../../../server/src/simulator/engine/blockPool.ts";

describe("BlockPool", () => {
  test("takes blank blocks before it forgets what is cached", () => {
    const pool = new BlockPool(3);
    pool.take(1);
    pool.name(11);
    pool.unshare([11]);
    pool.take(2);
    expect(pool.lookUp([11]).hits).toBe(1);
    expect(pool.usage).toBeCloseTo(2 / 3);
  });

  test("forgets the least recently used first, and of one prompt its end", () => {
    const pool = new BlockPool(4);
    pool.take(4);
    for (const name of [1, 2, 3, 4]) pool.name(name);
    pool.unshare([1, 2]);
    pool.unshare([3, 4]);
    pool.take(1);
    expect(pool.lookUp([1, 2]).hits).toBe(1);
    expect(pool.lookUp([3, 4]).hits).toBe(2);
  });

  test("a hit must be unbroken from the first block", () => {
    const pool = new BlockPool(2);
    pool.take(2);
    pool.name(2);
    expect(pool.lookUp([1, 2]).hits).toBe(0);
  });

  test("a shared block is in use until the last one gives it back", () => {
    const pool = new BlockPool(1);
    pool.take(1);
    pool.name(7);
    pool.share(7);
    pool.unshare([7]);
    expect(pool.available).toBe(0);
    pool.unshare([7]);
    expect(pool.available).toBe(1);
  });

  test("the second to complete a block keeps its own", () => {
    const pool = new BlockPool(2);
    pool.take(2);
    expect(pool.name(5)).toBe(true);
    expect(pool.name(5)).toBe(false);
  });

  test("never hands out more than there is", () => {
    const pool = new BlockPool(1);
    expect(() => pool.take(2)).toThrow("More KV blocks");
  });
});
