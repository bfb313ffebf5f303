import { Alert, Button, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { ClaimChoice, companyClaims, personClaims } from '../../ui/claim-choice'
import { TextLink } from '../../ui/link'
import { Failure } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { common } from '../../words/common'
import { useNames } from '../../words/names'
import { useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    ask: 'Vraag om gegevens',
    ask_lead: 'De partner beslist per gegeven, en ziet wie vraagt en waarom.',
    claims: 'Welke gegevens?',
    purpose: 'Waarvoor?',
    basis: 'Op welke grondslag?',
    reason: 'Waarom hebt u dit nodig? (de partner leest dit)',
    value: 'Wat heeft de partner eraan?',
    send: 'Verzoek versturen',
    sent: 'Verzoek verstuurd aan {name}.',
    asks_more: 'Dit is meer dan uw eigen vragencatalogus zegt: {claims}. De partner ziet dat ook.',
    questions: 'Naar de vragencatalogus',
  },
  en: {
    ask: 'Ask for data',
    ask_lead: 'The partner decides datum by datum, and sees who asks and why.',
    claims: 'Which data?',
    purpose: 'What for?',
    basis: 'On what legal basis?',
    reason: 'Why do you need this? (the partner reads this)',
    value: 'What does it bring the partner?',
    send: 'Send the request',
    sent: 'Request sent to {name}.',
    asks_more: 'This is more than your own catalogue of questions says: {claims}. The partner sees that too.',
    questions: 'To the catalogue of questions',
  },
})

/** Asks a partner for data: which, what for, and what it brings the partner. */
export function Ask({
  partner: { id, did, name },
  onClose,
}: {
  readonly partner: Pick<Output<'partners.get'>, 'id' | 'did' | 'name'>
  readonly onClose: () => void
}) {
  const say = useWords(texts)
  const shared = useWords(common)
  const { language } = useLanguage()
  const tell = useTell()
  const vocabulary = useRead('vocabulary.list', {})
  const request = useChange('access.request', ['access.'])
  const [typed, set, forget] = useTyped(`ask ${id}`, {
    ...{ claims: [] as readonly string[], purpose: null as string | null, basis: null as string | null },
    ...{ reason: '', value: '' },
  })
  const { claims, purpose, basis } = typed
  const [reason, value] = [typed.reason.trim(), typed.value.trim()]
  const isWhole = claims.length > 0 && purpose !== null && basis !== null && reason !== '' && value !== ''
  const labels = (all: readonly { code: string; label: { nl: string; en: string } }[] = []) =>
    all.map(({ code, label }) => ({ value: code, label: label[language] }))
  const send = () =>
    request.mutate(
      {
        partner: did ?? name,
        claims: [...claims],
        purpose: [purpose ?? ''],
        basis: basis ?? '',
        ...{ reason, value },
      },
      {
        onSuccess: () => {
          forget()
          tell({ text: say('sent', { name }) })
          onClose()
        },
      },
    )
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${say('ask')}: ${name}`}
      size="lg"
      closeButtonProps={{ 'aria-label': shared('close') }}
    >
      <Stack>
        <Text size="sm">{say('ask_lead')}</Text>
        <ClaimChoice
          label={say('claims')}
          all={[...companyClaims, ...personClaims]}
          chosen={claims}
          onChoose={(chosen) => set({ claims: chosen })}
        />
        <Select
          label={say('purpose')}
          value={purpose}
          onChange={(chosen) => set({ purpose: chosen })}
          searchable
          data={labels(vocabulary.data?.purposes)}
        />
        {purpose !== null && claims.length > 0 && <Catalogue claims={claims} purpose={purpose} />}
        <Select
          label={say('basis')}
          value={basis}
          onChange={(chosen) => set({ basis: chosen })}
          data={labels(vocabulary.data?.legal_bases)}
        />
        <Textarea
          label={say('reason')}
          value={typed.reason}
          maxLength={1000}
          autosize
          minRows={2}
          onChange={(event) => set({ reason: event.currentTarget.value })}
        />
        <Textarea
          label={say('value')}
          value={typed.value}
          maxLength={1000}
          autosize
          minRows={2}
          onChange={(event) => set({ value: event.currentTarget.value })}
        />
        {request.error && <Failure error={request.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {shared('cancel')}
          </Button>
          <Button disabled={!isWhole} loading={request.isPending} onClick={send}>
            {say('send')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** Says so where she is about to ask more than the company says that it needs. */
function Catalogue({ claims, purpose }: { readonly claims: readonly string[]; readonly purpose: string }) {
  const say = useWords(texts)
  const { claim } = useNames()
  const found = useRead('questions.check', { claims: [...claims], purpose: [purpose] })
  if (found.data?.catalogue !== 'asks_more') return null
  return (
    <Alert variant="light" role="status">
      <Text size="sm">
        {say('asks_more', { claims: found.data.over_asked.map((one) => claim(one).what).join(', ') })}
      </Text>
      <TextLink to="/messages/questions" size="sm">
        {say('questions')}
      </TextLink>
    </Alert>
  )
}
