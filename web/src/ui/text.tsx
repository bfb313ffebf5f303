import { Text, Title } from '@mantine/core'

/** The text of an agreement or a policy: headings, lists and paragraphs of Markdown, as text. Nothing in it is markup. */
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
  const lines = block.split('\n')
  if (lines.every((line) => /^\s*[-*]\s+/.test(line)))
    return (
      <ul>
        {lines.map((line) => (
          <li key={line}>{line.replace(/^\s*[-*]\s+/, '')}</li>
        ))}
      </ul>
    )
  return <Text className="breakable">{lines.join(' ')}</Text>
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
        if (change === 'same') return <span key={at}>{text}</span>
        const Tag = change === 'added' ? 'ins' : 'del'
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have one order
          <Tag key={at} data-change={change === 'added' ? added : removed}>
            {text}
          </Tag>
        )
      })}
    </div>
  )
}
