// The fields of the form: path inside quote_data, label, kind of control, and what it may hold.
const choice = (field, label, options, integer = false) => ({ field, label, kind: 'choice', options, integer });
const number = (field, label, min, max, step = 1) => ({ field, label, kind: 'number', min, max, step, integer: true });
const text = (field, label, type, most) => ({ field, label, kind: 'text', type, most });
const check = (field, label) => ({ field, label, kind: 'check' });

export const GROUPS = [
  { title: 'Applicant', fields: [
    text('insured/name', 'Name', 'text', 120),
    text('insured/email', 'E-mail', 'email', 200),
    { field: 'notes', label: 'Notes', kind: 'long', most: 2000 },
  ] },
  { title: 'Risk', fields: [
    choice('state', 'State', ['US-TX', 'US-IL']),
    number('aoi', 'Amount of insurance', 80000, 5000000, 500),
    choice('territory', 'Territory', [1, 2, 3, 4, 5], true),
    number('protection_class', 'Protection class', 1, 10),
    choice('construction', 'Construction', ['frame', 'masonry']),
    choice('tier', 'Tier', ['A', 'B', 'C', 'D']),
  ] },
  { title: 'Coverage', fields: [
    choice('deductible', 'Deductible', [250, 500, 1000, 5000], true),
    choice('jewelry', 'Jewelry', [2500, 5000, 10000], true),
    choice('liability_medpay', 'Liability / medical', ['100/500', '300/1000', '500/2500']),
    check('new_home', 'New home'),
    check('claims_free_5y', 'Claims free for 5 years'),
    check('multi_policy', 'Multi-policy'),
  ] },
];

export const FIELDS = GROUPS.flatMap((group) => group.fields);
export const labelOf = (field) => FIELDS.find((known) => known.field === field)?.label ?? (field || 'the quote');

// A quote that nobody wrote yet starts with these.
export const DEFAULTS = {
  product: 'home', state: 'US-TX', aoi: 215000, territory: 4, protection_class: 7, construction: 'frame', tier: 'C',
  deductible: 1000, new_home: true, claims_free_5y: true, multi_policy: false, jewelry: 10000, liability_medpay: '100/500',
};
