import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { within } from '../../inside'

export const invitationsRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/invitations',
    component: lazyRouteComponent(() => import('./invitations')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/invitations/$id',
    component: lazyRouteComponent(() => import('./invitation')),
  }),
] as const
