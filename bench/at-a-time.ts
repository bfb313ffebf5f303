/** Does something so many times, so many at a time. */
export async function atATime(many: number, times: number, work: () => Promise<unknown>): Promise<void> {
  let left = times
  const worker = async () => {
    while (left-- > 0) await work()
  }
  await Promise.all(Array.from({ length: many }, worker))
}
