/** Does `count` pieces of work, at most `concurrency` of them at once. */
export async function atOnce(
  { count, concurrency }: { count: number; concurrency: number },
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: Math.min(count, concurrency) }, worker))
}
