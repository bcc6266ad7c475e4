/** Gathers pieces of text and passes on whole lines, without their line ends. */
export interface LineSplitter {
  write(text: string): void;
  /** Passes on what is left of an unfinished line. */
  flush(): void;
}

export function splitLines(onLine: (line: string) => void): LineSplitter {
  let rest = '';
  return {
    write: (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    },
    flush: () => {
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
