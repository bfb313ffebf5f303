import { type HandWritten, Session } from '../command.ts'
import { UsageError } from '../failure.ts'
import { wrap } from '../render/index.ts'
import { oneLine } from '../text.ts'

interface Texts {
  readonly nl: string
  readonly en: string
}

interface Attempt {
  readonly id: string
  readonly questions: readonly {
    readonly id: string
    readonly text: Texts
    readonly choices: readonly { readonly id: string; readonly text: Texts }[]
  }[]
}

const words = {
  nl: {
    nobody: 'niemand om te antwoorden: gebruik regie learning start en regie learning answer',
    left: 'Niets verstuurd: deze poging gaat verder met regie learning take, zolang de tijd niet om is.',
    choose: 'uw keuze',
    again: 'kies',
  },
  en: {
    nobody: 'nobody to answer: use regie learning start and regie learning answer',
    left: 'Nothing was sent: this attempt goes on with regie learning take, as long as its time lasts.',
    choose: 'your choice',
    again: 'choose',
  },
} as const

/** `regie learning take`: the questions one by one, and what came of them. */
export const learningTakeCommand: HandWritten = {
  path: ['learning', 'take'],
  summary: 'Take the quiz of a course here: its questions one by one',
  needs: ['learning.start', 'learning.answer'],
  build: (command, deps) => {
    command.argument('<course>', 'code of the course').action(async (course: string) => {
      const { io } = deps
      const session = new Session(deps, command)
      const { language } = session.print
      if (!io.ask) throw new UsageError(words[language].nobody)
      const attempt = (await session.call('learning.start', { course })) as Attempt
      const answers: Record<string, string> = {}
      for (const [at, question] of attempt.questions.entries()) {
        const chosen = await askOne(question, `${at + 1}/${attempt.questions.length}`, language, {
          ask: io.ask,
          say: (text) => io.stderr.write(`${text}\n`),
          width: io.stdout.columns ?? 80,
        })
        if (chosen === null) {
          io.stderr.write(`${words[language].left}\n`)
          return
        }
        answers[question.id] = chosen
      }
      session.show('learning.answer', await session.call('learning.answer', { id: attempt.id, answers }))
    })
  },
}

interface Terminal {
  readonly ask: (question: string) => Promise<string | null>
  readonly say: (text: string) => unknown
  readonly width: number
}

/** @returns the id of a choice, or null when she gives up */
async function askOne(
  { text, choices }: Attempt['questions'][number],
  place: string,
  language: 'nl' | 'en',
  { ask, say, width }: Terminal,
): Promise<string | null> {
  const room = Math.min(width, 100)
  say(`\n${wrap(`${place}  ${oneLine(text[language])}`, room).join('\n')}`)
  for (const [at, choice] of choices.entries())
    say(wrap(`  ${letterOf(at)}  ${oneLine(choice.text[language])}`, room).join('\n     '))
  for (;;) {
    const typed = await ask(`${words[language].choose}: `)
    if (typed === null) return null
    const chosen = choices.find((_choice, at) => letterOf(at) === typed.toLowerCase())
    if (chosen) return chosen.id
    say(`${words[language].again} ${choices.map((_choice, at) => letterOf(at)).join(', ')}`)
  }
}

const letterOf = (at: number): string => String.fromCharCode('a'.charCodeAt(0) + at)
