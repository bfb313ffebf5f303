import { Badge, Button, Group, NativeSelect, Paper, Stack, Text, Textarea } from '@mantine/core'
import type { Item } from '../../api/hooks'
import { useChange, useList } from '../../api/hooks'
import { ClaimChoice, personClaims } from '../../ui/claim-choice'
import { Claims } from '../../ui/claims'
import { OwnDataFiles } from '../../ui/own-data-files'
import { Fact, Facts, Failure, Loaded, More, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { rightsWords } from '../../words/rights'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Uw rechten',
    lead: 'Wat uw bedrijf over u bewaart is van u. U mag het zien, meenemen, laten verbeteren en laten wissen.',
    see: 'Alles wat hier over u staat',
    see_lead: 'U krijgt het meteen, zonder dat iemand er iets voor hoeft te doen.',
    ask: 'Iets vragen',
    kind: 'Wat vraagt u?',
    about_access: 'Een overzicht van wat over u bewaard wordt, met uitleg van iemand.',
    about_portability: 'Uw gegevens in een vorm die een ander systeem kan lezen.',
    about_rectification: 'Iets over u klopt niet. Zeg wat, en wat het moet zijn.',
    about_erasure:
      'Wat over u bewaard wordt, verdwijnt, behalve wat de wet laat bewaren. Uw account en alles wat u deelt eindigt dan.',
    about_restriction: 'Niemand krijgt uw gegevens te zien tot dit is uitgezocht. Dit werkt meteen.',
    about_objection: 'U wilt geen reclame meer. Dit werkt meteen.',
    what: 'Wat niemand nog mag zien; alles als u niets kiest',
    which: 'Waar gaat het over?',
    text: 'In uw eigen woorden',
    send: 'Vragen',
    sent: 'Uw verzoek is ontvangen. U leest hier wat ervan komt.',
    mine: 'Wat u eerder vroeg',
    none: 'U vroeg nog niets.',
    received: 'Gevraagd op',
    due: 'Antwoord uiterlijk',
    answer: 'Antwoord',
    refusal: 'Geweigerd, omdat',
    extended: 'Het duurt langer, omdat',
    complaint: 'Bent u het er niet mee eens?',
    restricted: 'Zolang dit geldt ziet niemand uw gegevens.',
  },
  en: {
    title: 'Your rights',
    lead: 'What your company keeps of you is yours. You may see it, take it along, have it corrected and erased.',
    see: 'All that is here about you',
    see_lead: 'You have it at once, and nobody has to do anything for it.',
    ask: 'Ask for something',
    kind: 'What do you ask?',
    about_access: 'An overview of what is kept of you, explained by somebody.',
    about_portability: 'Your data in a form that another system can read.',
    about_rectification: 'Something about you is wrong. Say what, and what it has to be.',
    about_erasure:
      'What is kept of you goes, except for what the law has kept. Your account and all that you share then end.',
    about_restriction: 'Nobody gets to see your data until this is looked into. It works at once.',
    about_objection: 'You want no more marketing. It works at once.',
    what: 'What nobody may see for now; all of it if you choose nothing',
    which: 'What is it about?',
    text: 'In your own words',
    send: 'Ask',
    sent: 'What you ask was received. You read here what becomes of it.',
    mine: 'What you asked before',
    none: 'You asked nothing yet.',
    received: 'Asked on',
    due: 'Answer by',
    answer: 'Answer',
    refusal: 'Refused, because',
    extended: 'It takes longer, because',
    complaint: 'Do you disagree?',
    restricted: 'As long as this holds nobody sees your data.',
  },
})

const kinds = ['access', 'portability', 'rectification', 'erasure', 'restriction', 'objection'] as const

/** What the law lets her ask of the company that keeps her data (GDPR, articles 15 to 21). */
export default function Rights() {
  const say = useWords(texts)
  const mine = useList('rights.mine', { limit: 50 })
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Section title={say('see')}>
        <Text size="sm" c="dimmed">
          {say('see_lead')}
        </Text>
        <OwnDataFiles />
      </Section>
      <Section title={say('ask')}>
        <AskForm />
      </Section>
      <Section title={say('mine')}>
        <Loaded of={mine}>
          {mine.items?.length === 0 && <Text c="dimmed">{say('none')}</Text>}
          {mine.items?.map((one) => (
            <Asked key={one.id} one={one} />
          ))}
          <More list={mine} />
        </Loaded>
      </Section>
    </Page>
  )
}

function AskForm() {
  const say = useWords(texts)
  const sayRight = useWords(rightsWords)
  const tell = useTell()
  const file = useChange('rights.file', ['rights.'])
  const [typed, type, forget] = useTyped('right to ask', { kind: 'access', text: '', claims: [] as string[] })
  const kind = kinds.find((one) => one === typed.kind) ?? 'access'
  return (
    <Paper
      component="form"
      withBorder
      p="md"
      radius="md"
      className="no-print"
      onSubmit={(event) => {
        event.preventDefault()
        file.mutate(
          {
            kind,
            ...(typed.text.trim() !== '' && { text: typed.text }),
            ...(kind === 'restriction' && typed.claims.length > 0 && { claims: typed.claims }),
          },
          {
            onSuccess: () => {
              forget()
              type({ text: '', claims: [] })
              tell({ text: say('sent') })
            },
          },
        )
      }}
    >
      <Stack gap="sm" align="flex-start">
        <NativeSelect
          label={say('kind')}
          description={say(`about_${kind}`)}
          value={kind}
          data={kinds.map((value) => ({ value, label: sayRight(value) }))}
          onChange={({ currentTarget: { value } }) => type({ kind: value })}
          w="100%"
        />
        {kind === 'restriction' && (
          <ClaimChoice
            label={say('what')}
            all={personClaims}
            chosen={typed.claims}
            onChoose={(claims) => type({ claims })}
          />
        )}
        <Textarea
          label={say('text')}
          required={kind === 'rectification'}
          autosize
          minRows={2}
          maxLength={4000}
          w="100%"
          value={typed.text}
          onChange={({ currentTarget: { value } }) => type({ text: value })}
        />
        {file.error && <Failure error={file.error} />}
        <Button type="submit" loading={file.isPending}>
          {say('send')}
        </Button>
      </Stack>
    </Paper>
  )
}

function Asked({ one }: { readonly one: Item<'rights.mine'> }) {
  const say = useWords(texts)
  const sayRight = useWords(rightsWords)
  const { day } = useFormats()
  const isOpen = one.state === 'received' || one.state === 'in_progress'
  const written = [
    ['text', one.text],
    ['extended', one.extension?.reason ?? null],
    ['answer', one.answer],
    ['refusal', one.refusal],
    ['complaint', one.complaint],
  ] as const
  return (
    <Paper withBorder p="md" radius="md">
      <Group gap="xs" mb="xs">
        <Text fw={600}>{sayRight(one.kind)}</Text>
        <Badge variant="light">{sayRight(one.state)}</Badge>
      </Group>
      <Facts>
        <Fact name={say('received')}>{day(one.received_at)}</Fact>
        {isOpen && <Fact name={say('due')}>{day(one.due_at)}</Fact>}
        {written.map(
          ([name, text]) =>
            text !== null && (
              <Fact key={name} name={say(name)}>
                <Text className="breakable">{text}</Text>
              </Fact>
            ),
        )}
        {one.claims.length > 0 && (
          <Fact name={say('which')}>
            <Claims of={one.claims} />
          </Fact>
        )}
      </Facts>
      {one.restricted && (
        <Text size="sm" mt="xs">
          {say('restricted')}
        </Text>
      )}
    </Paper>
  )
}
