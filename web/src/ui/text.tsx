import { Text, Title } from '@mantine/core'

/** The text of an agreement, a policy or a lesson: headings, lists and paragraphs of Markdown. Nothing in it is markup. */
export function PlainMarkdown({ text, top = 2 }: { readonly text: string; readonly top?: 2 | 3 }) {
  return (
    <div className="document" lang="">
      {text
        .split(/\n{2,}/)
        .filter((block) => block.trim() !== '')
        .map((block, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a text has one order
          <Block key={at} block={block.trim()} top={top} />
        ))}
    </div>
  )
}

function Block({ block, top }: { readonly block: string; readonly top: 2 | 3 }) {
  const heading = /^(#{1,4})\s+(.*)$/.exec(block)
  if (heading?.[2] !== undefined) {
    const order = Math.min(6, top + (heading[1]?.length ?? 1) - 1) as 2 | 3 | 4 | 5 | 6
    return (
      <Title order={order} size="h4" mt="md">
        {heading[2]}
      </Title>
    )
  }
  const points = pointsOf(block)
  if (points)
    return (
      <ul>
        {points.map((point) => (
          <li key={point}>
            <Stressed text={point} />
          </li>
        ))}
      </ul>
    )
  return articlesOf(block).map((article) => (
    <Text key={article} className="breakable">
      <Stressed text={article} />
    </Text>
  ))
}

/** The points of a list, each with the lines it goes on in; null where it is none. */
function pointsOf(block: string): readonly string[] | null {
  if (!/^\s*[-*]\s/.test(block)) return null
  return block.split(/\n(?=\s*[-*]\s)/).map((point) => oneLine(point.replace(/^\s*[-*]\s+/, '')))
}

/** `1.1. …` on lines below each other: each is an article, and begins on a line of its own. */
const articlesOf = (block: string): readonly string[] => block.split(/\n(?=\d+\.\d+\.\s)/).map(oneLine)

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ')

/** A text with what is stressed in it. */
function Stressed({ text }: { readonly text: string }) {
  return text.split(/(\*\*[^*\s][^*]*\*\*|\*[^*\s][^*\n]*\*|`[^`\n]+`)/).map((piece, at) => {
    const key = `${at} ${piece}`
    if (/^\*\*.+\*\*$/s.test(piece)) return <strong key={key}>{piece.slice(2, -2)}</strong>
    if (/^\*[^*]+\*$/.test(piece)) return <em key={key}>{piece.slice(1, -1)}</em>
    if (/^`.+`$/.test(piece)) return <code key={key}>{piece.slice(1, -1)}</code>
    return piece
  })
}

/** What changed between two texts: what came and what went is marked with a word as well as a colour. */
export function Changes({
  pieces,
  added,
  removed,
}: {
  readonly pieces: readonly { readonly change: 'same' | 'added' | 'removed'; readonly text: string }[]
  readonly added: string
  readonly removed: string
}) {
  return (
    <div className="document">
      {pieces.map(({ change, text }, at) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have one order
        if (change === 'same') return <Stressed key={at} text={text} />
        const Tag = change === 'added' ? 'ins' : 'del'
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have one order
          <Tag key={at} data-change={change === 'added' ? added : removed}>
            <Stressed text={text} />
          </Tag>
        )
      })}
    </div>
  )
}
