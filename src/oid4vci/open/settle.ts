import { OAuthRefusal } from '../../oauth/index.ts'

/**
 * Answers several that share a transaction: what one of them may not do is its own answer, and undoes nothing of the
 * others. A refused one must have changed nothing but what it used up.
 */
export async function settleEach<I, O>(
  inputs: readonly I[],
  run: (input: I) => Promise<O>,
): Promise<(O | OAuthRefusal)[]> {
  const answers: (O | OAuthRefusal)[] = []
  for (const input of inputs) {
    try {
      answers.push(await run(input))
    } catch (error) {
      if (!(error instanceof OAuthRefusal)) throw error
      answers.push(error)
    }
  }
  return answers
}
