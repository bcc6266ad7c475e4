/** Asks until the answer is as wanted, and answers it. Each question is a request, so nothing sleeps. */
export async function until<T>(what: string, ask: () => Promise<T>, isAsWanted: (answer: T) => boolean, limitMs = 20_000): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (isAsWanted(answer)) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${limitMs} ms`);
  }
}
