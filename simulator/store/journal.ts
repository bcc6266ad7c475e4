import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { lockFolder } from './folder-lock.ts';

const line = z.union([z.tuple([z.string(), z.string(), z.unknown()]), z.tuple([z.string(), z.string()])]);

/** Rows of one kind by their id. */
type Rows = Map<string, unknown>;

/**
 * The simulator's state as a file of changes, one JSON line each: `[kind, id, row]`, or `[kind, id]` for a removal; the last one counts.
 * A change is in the file before anybody hears of it, so a killed process loses none. The file is written anew at each start.
 */
export class Journal {
  readonly #kinds: Map<string, Rows>;
  readonly #file: number;
  readonly #unlock: () => void;
  #open = true;

  /**
   * Opens the file `simulator.jsonl` in a folder, which is made if need be.
   * @throws Error with a sentence when another process has it open or a line cannot be read; a half line at the end, as a kill leaves it,
   *   is dropped
   */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#unlock = lockFolder(folder);
    const path = join(folder, 'simulator.jsonl');
    try {
      this.#kinds = existsSync(path) ? readKinds(path) : new Map<string, Rows>();
    } catch (error) {
      this.#unlock();
      throw error;
    }
    const lines = [...this.#kinds].flatMap(([kind, rows]) => [...rows].map(([id, row]) => lineOf(kind, id, row)));
    writeFileSync(`${path}.new`, lines.join(''), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    this.#file = openSync(path, 'a', 0o600);
  }

  rows(kind: string): ReadonlyMap<string, unknown> {
    return this.#kinds.get(kind) ?? new Map<string, unknown>();
  }

  write(kind: string, id: string, row: unknown): void {
    writeSync(this.#file, lineOf(kind, id, row));
  }

  remove(kind: string, id: string): void {
    writeSync(this.#file, `${JSON.stringify([kind, id])}\n`);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#file);
    this.#unlock();
  }
}

function lineOf(kind: string, id: string, row: unknown): string {
  return `${JSON.stringify([kind, id, row])}\n`;
}

function readKinds(path: string): Map<string, Rows> {
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop(); // nothing, or the half line of a write that was killed
  const kinds = new Map<string, Rows>();
  for (const [index, text] of lines.entries()) {
    const [kind, id, ...row] = readLine(text, path, index + 1);
    const rows = kinds.get(kind) ?? new Map<string, unknown>();
    kinds.set(kind, rows);
    if (row.length === 0) rows.delete(id);
    else rows.set(id, row[0]);
  }
  return kinds;
}

function readLine(text: string, path: string, number: number): z.infer<typeof line> {
  try {
    return line.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`Line ${number} of ${path} is not the simulator's: move the file away to start with nothing.`, { cause });
  }
}
