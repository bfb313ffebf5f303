import { Badge, Button, Checkbox, FileButton, Group, List, Paper, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Output, upload } from '../../api/call'
import { TextLink } from '../../ui/link'
import { Failure, Page, Section } from '../../ui/page'
import { PartnerInput, usePartners } from '../../ui/partner-input'
import { useTell } from '../../ui/told'
import { useWords, words } from '../../words/words'
import { useFieldWords } from './columns'

const texts = words({
  nl: {
    title: 'Contactpersonen',
    lead: 'Haal contactpersonen van uw partners uit uw adresboek: één of meer visitekaartjes (vCard, .vcf).',
    choose: 'Bestand kiezen',
    help: 'Een telefoon of e-mailprogramma bewaart ze onder “Delen” of “Exporteren”.',
    found: 'In {name}',
    added: 'toegevoegd',
    changed: 'bijgewerkt',
    same: 'was al bekend',
    erased_before: 'is op verzoek gewist en komt niet terug',
    asked: 'bij wie hoort deze?',
    of: 'bij een partner die zo heet',
    by_mail: 'bij de partner met dat e-maildomein',
    by_you: 'bij de partner die u koos',
    to_partner: 'Naar de partner',
    rejected: 'Niet te lezen',
    rejected_one: 'kaartje {nr}: {reason}',
    whose: 'Bij welke partner horen deze?',
    whose_text: 'Van wie dit contactpersoon is, is niet zeker. Er wordt niets bewaard voordat u het zegt.',
    pick: '{name}, {organisation}',
    pick_bare: '{name}',
    add: 'Aan deze partner toevoegen',
    done: '{n, plural, one {# contactpersoon toegevoegd of bijgewerkt.} other {# contactpersonen toegevoegd of bijgewerkt.}}',
  },
  en: {
    title: 'Contact persons',
    lead: 'Bring contact persons of your partners from your address book: one or more cards (vCard, .vcf).',
    choose: 'Choose a file',
    help: 'A phone or mail program saves them under “Share” or “Export”.',
    found: 'In {name}',
    added: 'added',
    changed: 'brought up to date',
    same: 'was known already',
    erased_before: 'was erased when she asked, and does not come back',
    asked: 'whose is this one?',
    of: 'with a partner of that name',
    by_mail: 'with the partner of that e-mail domain',
    by_you: 'with the partner you chose',
    to_partner: 'To the partner',
    rejected: 'Cannot be read',
    rejected_one: 'card {nr}: {reason}',
    whose: 'Which partner are these of?',
    whose_text: 'Whose contact person this is, is not sure. Nothing is kept before you say so.',
    pick: '{name}, {organisation}',
    pick_bare: '{name}',
    add: 'Add to this partner',
    done: '{n, plural, one {# contact person added or brought up to date.} other {# contact persons added or brought up to date.}}',
  },
})

type Answer = Output<'partners.contacts.import'>
type Card = Answer['cards'][number]
const on = { organisation: 'of', email_domain: 'by_mail', told: 'by_you' } as const

/** Contact persons of partners, from cards as address books save them. */
export default function ContactCards() {
  const say = useWords(texts)
  const word = useFieldWords()
  const tell = useTell()
  const client = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [answer, setAnswer] = useState<Answer | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const send = async (sent: File, more: { partner?: string; cards?: number[] } = {}) => {
    setBusy(true)
    setError(null)
    try {
      const read = await upload(
        'partners.contacts.import',
        { name: sent.name.slice(0, 200), ...more },
        sent,
        () => undefined,
      )
      const said = new Map(read.cards.map((card) => [card.nr, card]))
      // Of some that were asked about, the others stay as they were.
      setAnswer((before) =>
        more.cards && before
          ? { ...before, cards: before.cards.map((card) => said.get(card.nr) ?? card) }
          : read,
      )
      const n = read.cards.filter(({ action }) => action === 'added' || action === 'changed').length
      if (n > 0) tell({ text: say('done', { n }) })
      await client.invalidateQueries({
        predicate: ({ queryKey }) => /^(partners|informing)\./.test(String(queryKey[0])),
      })
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  const start = (chosen: File | null) => {
    if (!chosen) return
    setFile(chosen)
    setAnswer(null)
    void send(chosen)
  }
  const asked = answer?.cards.filter(({ action }) => action === 'asked') ?? []
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Stack gap={4} align="flex-start">
        <FileButton accept=".vcf,text/vcard" onChange={start}>
          {(props) => (
            <Button {...props} loading={isBusy}>
              {say('choose')}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed">
          {say('help')}
        </Text>
      </Stack>
      {error !== null && <Failure error={error} />}
      {answer && file && (
        <>
          {asked.length > 0 && (
            <Whose
              key={asked.map(({ nr }) => nr).join()}
              cards={asked}
              isBusy={isBusy}
              onAdd={(partner, cards) => void send(file, { partner, cards })}
            />
          )}
          <Section title={say('found', { name: file.name })}>
            {answer.cards.map((card) => (
              <Outcome key={card.nr} card={card} />
            ))}
          </Section>
          {answer.rejected.length > 0 && (
            <Section title={say('rejected')}>
              <List size="sm">
                {answer.rejected.map(({ nr, reason }) => (
                  <List.Item key={nr} className="breakable">
                    {say('rejected_one', { nr, reason: word(reason) })}
                  </List.Item>
                ))}
              </List>
            </Section>
          )}
        </>
      )}
    </Page>
  )
}

function Outcome({ card: { name, organisation, action, partner, matched_on } }: { readonly card: Card }) {
  const say = useWords(texts)
  return (
    <Paper withBorder p="sm" radius="md">
      <Group justify="space-between" wrap="wrap" gap="xs">
        <Stack gap={0} flex="1 1 14rem">
          <Text fw={600} className="breakable">
            {name}
          </Text>
          <Text size="sm" c="dimmed" className="breakable">
            {[organisation, matched_on && say(on[matched_on])].filter(Boolean).join(' · ')}
          </Text>
          {partner !== null && (
            <TextLink
              to="/partners/$id"
              params={{ id: partner }}
              size="sm"
              aria-label={`${say('to_partner')}: ${name}`}
            >
              {say('to_partner')}
            </TextLink>
          )}
        </Stack>
        <Badge variant="light" color={action === 'added' || action === 'changed' ? 'regie' : 'gray'}>
          {say(action)}
        </Badge>
      </Group>
    </Paper>
  )
}

function Whose({
  cards,
  isBusy,
  onAdd,
}: {
  readonly cards: readonly Card[]
  readonly isBusy: boolean
  readonly onAdd: (partner: string, cards: number[]) => void
}) {
  const say = useWords(texts)
  const [chosen, choose] = useState<readonly string[]>(cards.map(({ nr }) => String(nr)))
  const [typed, setTyped] = useState('')
  const partners = usePartners(typed, 'all')
  return (
    <Section title={say('whose')}>
      <Paper
        component="form"
        withBorder
        p="md"
        radius="md"
        onSubmit={(event) => {
          event.preventDefault()
          onAdd(partners.reference, chosen.map(Number))
        }}
      >
        <Stack gap="sm" align="flex-start">
          <Text size="sm">{say('whose_text')}</Text>
          <Checkbox.Group aria-label={say('whose')} value={[...chosen]} onChange={choose}>
            <Stack gap={6}>
              {cards.map(({ nr, name, organisation }) => (
                <Checkbox
                  key={nr}
                  value={String(nr)}
                  label={say(organisation === null ? 'pick_bare' : 'pick', {
                    name,
                    organisation: organisation ?? '',
                  })}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <PartnerInput value={typed} of={partners} onChange={setTyped} />
          <Button type="submit" loading={isBusy} disabled={chosen.length === 0 || typed.trim() === ''}>
            {say('add')}
          </Button>
        </Stack>
      </Paper>
    </Section>
  )
}
