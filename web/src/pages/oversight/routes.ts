import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { within } from '../../inside'

export const oversightRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/oversight',
    component: lazyRouteComponent(() => import('./breaches')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/oversight/breaches/$id',
    component: lazyRouteComponent(() => import('./breach')),
  }),
] as const
