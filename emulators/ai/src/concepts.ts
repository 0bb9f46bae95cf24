/**
 * A small bilingual lexicon of what people ask businesses about. A model this size cannot know the
 * language; it can know that "cost", "price" and "cuánto vale" point at the same thing.
 * Entries are word beginnings, accents removed; a trailing "=" means the whole word.
 */
const LEXICON: Record<string, string> = {
  hours: "horari hora= abri abre abier cerr cierr open hour hours= clos schedul",
  price:
    "preci cuest costar= coste costo= vale= valen= tarifa price= prices= pricing cost= costs= fee= fees= cheap barat",
  shipping: "envi entreg reparto ship deliver dispatch",
  returns: "devol devuel reembols return= returns= returned refund",
  place: "direccion ubica ubicad tienda= tiendas= local= address locat store= stores= shop= shops= situad",
  phone: "telefon llam phone= telephone call= calls= movil",
  payment: "pag tarjeta efectivo bizum pay= paying payment paid= card= cards= cash= invoice= factur",
  booking: "reserv cita= citas= agend book= booking appointment",
  cancel: "cancel anul",
  order: "pedido order= orders= compra= purchase",
  stock: "stock disponib existencias= availab",
  guarantee: "garant warrant guarant",
  weather: "tiempo= clima temperatur lluvia llueve weather forecast rain= raining temperature",
  parking: "aparc parking estacion park=",
  breakfast: "desayun breakfast",
  pets: "mascota perro perros gato gatos pet= pets= dog= dogs= cat= cats=",
  discount: "descuent oferta rebaja discount offer= offers= coupon cupon",
  staff: "doctor medic dentist profesor teacher staff= personal=",
  vegan: "vegan vegetarian",
  wifi: "wifi= internet= contrasena password",
  find: "busc encontr encuentr search find= consult look= lookup",
  send: "mandar= manda= enviar= envia= send= sending",
  weekend: "domingo sabado sunday saturday weekend finde=",
  complaint: "queja reclam problema= complain problem= issue= averi roto= broken",
  delay: "retras demora tarde= llegado delay late= arrived",
};

const exact = new Map<string, string[]>();
const beginnings: { start: string; concept: string }[] = [];
for (const [concept, entries] of Object.entries(LEXICON)) {
  for (const entry of entries.split(" ")) {
    if (!entry.endsWith("=")) beginnings.push({ start: entry, concept });
    else exact.set(entry.slice(0, -1), [...(exact.get(entry.slice(0, -1)) ?? []), concept]);
  }
}

/** Ideas a folded word stands for; most words stand for none. */
export function conceptsOf(word: string): string[] {
  const found = new Set(exact.get(word) ?? []);
  for (const { start, concept } of beginnings) if (word.startsWith(start)) found.add(concept);
  return [...found];
}
