import { Anchor, Badge, Button, Group, Paper, Stack, Text, Textarea } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { hrefOf, type Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { useDurations } from '../../ui/duration-input'
import { Fact, Facts, Failure, Loaded, Page, Section } from '../../ui/page'
import { Changes, PlainMarkdown } from '../../ui/text'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { agreementWords, isAgreementWord } from '../../words/agreements'
import { useFormats, useWords, words } from '../../words/words'
import { Hanging } from './hanging'

type Agreement = Output<'agreements.show'>

const texts = words({
  nl: {
    title: 'Overeenkomst',
    with: 'Met',
    state: 'Stand',
    version: 'Versie',
    runs: 'Looptijd',
    from_to: 'van {from} tot en met {until}',
    from_on: 'vanaf {from}',
    notice: 'Opzegtermijn',
    secrets: 'Bedrijfsgeheimen',
    secrets_yes: 'vallen onder deze overeenkomst',
    deposited: 'In bewaring bij MYOBI',
    kept: 'sinds {at}',
    not_kept: 'nog niet',
    text: 'De tekst',
    changes: 'Wat er veranderde',
    compare: 'Vergelijk versie {from} met {to}',
    added: 'nieuw',
    removed: 'vervallen',
    life: 'Wat er gebeurde',
    us: 'wij',
    refused: 'door de andere partij niet aangenomen',
    renewal: 'Verlenging',
    renewal_with: 'telkens met {period}',
    surviving: 'Blijft na afloop gelden',
    propose: 'Een andere tekst voorstellen',
    review: 'Niets te wijzigen',
    approve: 'Goedkeuren',
    sign: 'Ondertekenen',
    sign_sure:
      'U ondertekent versie {version} met uw eigen sleutel, namens {company}. Na beide handtekeningen gaat het kenmerk ervan in bewaring bij MYOBI.',
    comment: 'Opmerking voor de andere partij',
    send: 'Versturen',
    terminate: 'Beëindigen',
    terminate_why: 'Reden (de andere partij leest dit)',
    terminate_sure: 'Ja, beëindigen',
    terminate_what: 'Wat onder deze overeenkomst gedeeld is, gaat dicht.',
    pdf: 'PDF',
    done: 'Gedaan.',
  },
  en: {
    title: 'Agreement',
    with: 'With',
    state: 'State',
    version: 'Version',
    runs: 'Term',
    from_to: 'from {from} until {until}',
    from_on: 'from {from}',
    notice: 'Notice',
    secrets: 'Trade secrets',
    secrets_yes: 'are covered by this agreement',
    deposited: 'Deposited with MYOBI',
    kept: 'since {at}',
    not_kept: 'not yet',
    text: 'The text',
    changes: 'What changed',
    compare: 'Compare version {from} with {to}',
    added: 'new',
    removed: 'dropped',
    life: 'What happened',
    us: 'we',
    refused: 'not taken by the other party',
    renewal: 'Renewal',
    renewal_with: 'each time for {period}',
    surviving: 'Stays in force afterwards',
    propose: 'Propose another text',
    review: 'Nothing to change',
    approve: 'Approve',
    sign: 'Sign',
    sign_sure:
      'You sign version {version} with your own key, on behalf of {company}. After both signatures its digest is deposited with MYOBI.',
    comment: 'Remark for the other party',
    send: 'Send',
    terminate: 'Terminate',
    terminate_why: 'Reason (the other party reads this)',
    terminate_sure: 'Yes, terminate',
    terminate_what: 'What was shared under this agreement closes.',
    pdf: 'PDF',
    done: 'Done.',
  },
})

export default function AgreementPage() {
  const say = useWords(texts)
  const { id } = useParams({ from: '/inside/agreements/$id' })
  const agreement = useRead('agreements.show', { id })
  const { data } = agreement
  return (
    <Page
      title={data?.terms.title ?? say('title')}
      actions={
        data && (
          <Anchor href={hrefOf('agreements.pdf', { id })} download>
            {say('pdf')}
          </Anchor>
        )
      }
    >
      <Loaded of={agreement}>{data && <Shown agreement={data} />}</Loaded>
    </Page>
  )
}

function Shown({ agreement }: { readonly agreement: Agreement }) {
  const say = useWords(texts)
  const sayAgreement = useWords(agreementWords)
  const { day, moment } = useFormats()
  const durations = useDurations()
  const { partner, state, version, from, until, deposited_at, terms, versions, steps } = agreement
  return (
    <>
      <Paper withBorder p="lg" radius="md">
        <Facts>
          <Fact name={say('with')}>{partner.name}</Fact>
          <Fact name={say('state')}>
            <Badge variant="light">{sayAgreement(state)}</Badge>
          </Fact>
          <Fact name={say('version')}>{version}</Fact>
          {from !== null && (
            <Fact name={say('runs')}>
              {until === null
                ? say('from_on', { from: day(from) })
                : say('from_to', { from: day(from), until: day(until) })}
            </Fact>
          )}
          <Fact name={say('notice')}>{durations(terms.notice)}</Fact>
          {terms.renewal !== undefined && (
            <Fact name={say('renewal')}>{say('renewal_with', { period: durations(terms.renewal) })}</Fact>
          )}
          {terms.surviving.length > 0 && <Fact name={say('surviving')}>{terms.surviving.join(' · ')}</Fact>}
          {terms.trade_secrets && <Fact name={say('secrets')}>{say('secrets_yes')}</Fact>}
          <Fact name={say('deposited')}>
            {deposited_at === null ? say('not_kept') : say('kept', { at: moment(deposited_at) })}
          </Fact>
        </Facts>
      </Paper>
      <Actions agreement={agreement} />
      {versions.length > 1 && <Compare id={agreement.id} to={version} />}
      <Paper withBorder p="lg" radius="md" component="section" aria-label={say('text')}>
        <PlainMarkdown text={terms.body} />
      </Paper>
      {state === 'in_force' && <Hanging agreement={agreement.id} />}
      <Section title={say('life')}>
        <ol className="steps">
          {steps.map((step) => (
            <li key={`${step.at} ${step.kind} ${step.by}`}>
              <Text size="sm">
                <span className="dimmed">{moment(step.at)}</span>{' '}
                {step.side === 'us' ? say('us') : partner.name}
                {step.by !== '' && ` (${step.by})`}{' '}
                {isAgreementWord(step.kind) ? sayAgreement(step.kind) : ''}
                {step.refused !== null && ` — ${say('refused')}`}
              </Text>
              {step.text !== null && (
                <Text size="sm" c="dimmed" className="breakable">
                  “{step.text}”
                </Text>
              )}
            </li>
          ))}
        </ol>
      </Section>
    </>
  )
}

function Compare({ id, to }: { readonly id: string; readonly to: number }) {
  const say = useWords(texts)
  const [open, setOpen] = useState(false)
  const diff = useRead('agreements.diff', { id, from: to - 1, to }, open)
  return (
    <Stack gap="xs" align="flex-start">
      <Button variant="default" size="xs" onClick={() => setOpen((now) => !now)} aria-expanded={open}>
        {say('compare', { from: to - 1, to })}
      </Button>
      {open && (
        <Paper withBorder p="lg" radius="md" w="100%" component="section" aria-label={say('changes')}>
          <Loaded of={diff}>
            {diff.data && <Changes pieces={diff.data.pieces} added={say('added')} removed={say('removed')} />}
          </Loaded>
        </Paper>
      )}
    </Stack>
  )
}

/** In which states another text can be proposed. */
const PROPOSED_IN: readonly string[] = ['draft', 'external_review', 'external_approval', 'approved']

function Actions({ agreement }: { readonly agreement: Agreement }) {
  const say = useWords(texts)
  const who = useWho()
  const tell = useTell()
  const { id, version, state, waits_for, approved, signed } = agreement
  const touches = ['agreements.']
  const review = useChange('agreements.review', touches)
  const approve = useChange('agreements.approve', touches)
  const sign = useChange('agreements.sign', touches)
  const comment = useChange('agreements.comment', touches)
  const terminate = useChange('agreements.terminate', touches)
  const [asking, ask] = useState<'sign' | 'terminate' | null>(null)
  const [text, setText] = useState('')
  const [reason, setReason] = useState('')
  const done = () => {
    ask(null)
    tell({ text: say('done') })
  }
  const ours = waits_for === 'us' || waits_for === 'both'
  const over = state === 'ended' || state === 'terminated'
  const mayPropose =
    hasRole(who, 'contract_author') && PROPOSED_IN.includes(state) && !signed.us && !signed.them
  const error = review.error ?? approve.error ?? comment.error
  const remark = (event: FormEvent) => {
    event.preventDefault()
    comment.mutate(
      { id, text: text.trim() },
      {
        onSuccess: () => {
          setText('')
          done()
        },
      },
    )
  }
  if (over) return null
  return (
    <Stack gap="sm" className="no-print">
      {error && <Failure error={error} />}
      <Group>
        {ours && state === 'external_review' && hasRole(who, 'contract_reviewer') && (
          <Button
            loading={review.isPending}
            onClick={() => review.mutate({ id, version }, { onSuccess: done })}
          >
            {say('review')}
          </Button>
        )}
        {state === 'external_approval' && approved.us === null && hasRole(who, 'contract_authority') && (
          <Button
            loading={approve.isPending}
            onClick={() => approve.mutate({ id, version }, { onSuccess: done })}
          >
            {say('approve')}
          </Button>
        )}
        {state === 'approved' && !signed.us && hasRole(who, 'contract_signatory') && (
          <Button onClick={() => ask('sign')}>{say('sign')}</Button>
        )}
        {mayPropose && (
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/agreements/$id/propose" params={{ id }} {...props} />}
          >
            {say('propose')}
          </Button>
        )}
        {hasRole(who, 'contract_authority', 'contract_signatory') && (
          <Button variant="light" color="red" onClick={() => ask('terminate')}>
            {say('terminate')}
          </Button>
        )}
      </Group>
      <form onSubmit={remark}>
        <Group align="flex-end">
          <Textarea
            label={say('comment')}
            value={text}
            maxLength={2000}
            autosize
            flex="1 1 16rem"
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={text.trim() === ''} loading={comment.isPending}>
            {say('send')}
          </Button>
        </Group>
      </form>
      {asking === 'sign' && (
        <Confirm
          title={say('sign')}
          text={say('sign_sure', { version, company: who.organisation.name })}
          sure={say('sign')}
          isHarmless
          error={sign.error}
          busy={sign.isPending}
          onSure={() =>
            sign.mutate(
              { id, version, ...(agreement.digest !== null && { digest: agreement.digest }) },
              { onSuccess: done },
            )
          }
          onClose={() => ask(null)}
        />
      )}
      {asking === 'terminate' && (
        <Confirm
          title={say('terminate')}
          text={say('terminate_what')}
          sure={say('terminate_sure')}
          isReady={reason.trim() !== ''}
          error={terminate.error}
          busy={terminate.isPending}
          onSure={() => terminate.mutate({ id, reason: reason.trim() }, { onSuccess: done })}
          onClose={() => ask(null)}
        >
          <Textarea
            label={say('terminate_why')}
            value={reason}
            maxLength={2000}
            required
            autosize
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </Confirm>
      )}
    </Stack>
  )
}
