import { Fact, Facts } from '../../ui/page'
import { useNames } from '../../words/names'
import { isSharingWord, sharingWords } from '../../words/sharing'
import { useWords } from '../../words/words'

/** What a statement says, each with what it is. */
export function Stated({ claims }: { readonly claims: Readonly<Record<string, unknown>> }) {
  const say = useWords(sharingWords)
  const { code } = useNames()
  return (
    <Facts>
      {Object.entries(claims)
        .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
        .map(([name, value]) => (
          <Fact key={name} name={isSharingWord(name) ? say(name) : code(name)}>
            {String(value)}
          </Fact>
        ))}
    </Facts>
  )
}
