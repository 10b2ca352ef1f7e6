// The roles, from the least rights to the most.
export const RANKS = ['customer', 'agent', 'underwriter', 'manager', 'admin'];
