import '@xyflow/react/dist/style.css'
import {
  Background,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react'
import { useMemo } from 'react'
import type { Item } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { useWho } from '../../who'
import { useWords, words } from '../../words/words'
import { placed, standingOf } from './around'
import { arrows, marks, useRoleNames } from './words'

const texts = words({
  nl: {
    buttons: 'De kaart vergroten en verkleinen',
    bigger: 'Vergroten',
    smaller: 'Verkleinen',
    whole: 'Alles tonen',
  },
  en: { buttons: 'Make the map larger or smaller', bigger: 'Larger', smaller: 'Smaller', whole: 'Show all' },
})

export type Partner = Item<'partners.list'>
export type Balance = keyof typeof arrows

type NameNode = Node<{ label: string; kind: 'us' | 'role' }, 'name'>
type PartnerNode = Node<{ id: string; label: string; mark: string; arrow: string; isIn: boolean }, 'partner'>

const nodeTypes = { name: NameShape, partner: PartnerShape }

/** Partners around us by role. What it shows is in the tables beside it too: nobody needs to see it, or reach it by key. */
export default function PartnerMap({
  partners,
  balanceOf,
}: {
  readonly partners: readonly Partner[]
  readonly balanceOf: (partner: Partner) => Balance
}) {
  const say = useWords(texts)
  const roleName = useRoleNames()
  const { organisation } = useWho()
  const { nodes, edges } = useMemo(() => {
    const { hubs, partners: around } = placed(partners)
    const nodes: (NameNode | PartnerNode)[] = [
      {
        ...still,
        id: 'us',
        type: 'name',
        position: { x: 0, y: 0 },
        data: { label: organisation.name, kind: 'us' },
      },
      ...hubs.map(
        ({ id, x, y, role, count }): NameNode => ({
          ...{ ...still, id: `role ${id}`, type: 'name', position: { x, y } },
          data: { label: `${roleName(role)} (${count})`, kind: 'role' },
        }),
      ),
      ...around.map(({ id, x, y, partner }): PartnerNode => {
        const standing = standingOf(partner)
        return {
          ...{ ...still, id, type: 'partner', position: { x, y } },
          data: {
            ...{ id, label: partner.name, mark: marks[standing], arrow: arrows[balanceOf(partner)] },
            isIn: standing === 'in_network',
          },
        }
      }),
    ]
    const edges: Edge[] = [
      ...hubs.map(({ id }) => ({ ...line, id: `us ${id}`, source: 'us', target: `role ${id}` })),
      ...around.map(({ id, role, partner }) => {
        const balance = balanceOf(partner)
        return {
          ...{ ...line, id: `${role} ${id}`, source: `role ${role}`, target: id },
          className: balance === 'nothing' ? 'shares-nothing' : 'shares',
          ...(balance !== 'nothing' && balance !== 'we_get_more' && { markerEnd: arrow }),
          ...(balance !== 'nothing' && balance !== 'they_get_more' && { markerStart: arrow }),
        }
      }),
    ]
    return { nodes, edges }
  }, [partners, balanceOf, organisation.name, roleName])
  return (
    <div className="partner-map">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        nodeOrigin={[0.5, 0.5]}
        fitView
        minZoom={0.1}
        maxZoom={2}
        preventScrolling={false}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        onlyRenderVisibleElements
        ariaLabelConfig={{
          'controls.ariaLabel': say('buttons'),
          'controls.zoomIn.ariaLabel': say('bigger'),
          'controls.zoomOut.ariaLabel': say('smaller'),
          'controls.fitView.ariaLabel': say('whole'),
        }}
        proOptions={{ hideAttribution: true }}
      >
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  )
}

const still = { draggable: false, selectable: false, connectable: false } as const
const line = { type: 'straight' as const, focusable: false, selectable: false }
const arrow = { type: MarkerType.ArrowClosed }

function NameShape({ data }: NodeProps<NameNode>) {
  return (
    <div className={`name-node ${data.kind}`}>
      {data.label}
      <Middles />
    </div>
  )
}

function PartnerShape({ data }: NodeProps<PartnerNode>) {
  return (
    <div className="partner-node" data-in={data.isIn || undefined}>
      <span aria-hidden="true">{data.mark}</span>
      <TextLink to="/partners/$id" params={{ id: data.id }} size="sm" tabIndex={-1} title={data.label}>
        {data.label}
      </TextLink>
      <span aria-hidden="true">{data.arrow}</span>
      <Middles />
    </div>
  )
}

/** Lines go from middle to middle. */
function Middles() {
  return (
    <>
      <Handle type="target" position={Position.Top} className="middle" />
      <Handle type="source" position={Position.Top} className="middle" />
    </>
  )
}
