type Told = { summary: string; description?: string };

export const description = `Todo lo que hace la consola, para programas. JSON de ida y de vuelta, horas en ISO 8601 (UTC), identificadores con prefijo.

Listas: \`?cursor=&limit=\` (como mucho 100), que se responden con \`{ data, nextCursor }\`. Errores: «problem details» de la RFC 9457 con un \`code\` estable.

Crear: \`Idempotency-Key\` en un POST (255 caracteres como mucho, se guarda 24 horas por cliente) hace que una petición repetida reciba la misma respuesta; con otro cuerpo se rechaza con \`IDEMPOTENCY_MISMATCH\`.

Editar: la configuración lleva un \`ETag\`; devuélvalo en \`If-Match\` y un cambio que otra persona haya hecho entretanto dará 412.

Cada respuesta lleva \`X-Request-Id\`; las peticiones que pasan del límite reciben 429 con \`Retry-After\`.`;

export const tags: Record<string, { title: string; description: string }> = {
  tenants: { title: "Clientes", description: "Clientes de la plataforma. Clave de la plataforma." },
  agents: {
    title: "Agentes",
    description:
      "Qué se le dice a un agente, qué modelo y qué herramientas tiene; se publica en versiones que no cambian.",
  },
  channels: { title: "Canales", description: "Cuentas conectadas por las que entran y salen los mensajes." },
  providers: {
    title: "Proveedores de modelos",
    description:
      "Los proveedores de modelos propios de un cliente: OpenAI, Google, Anthropic o cualquier servidor compatible con OpenAI.",
  },
  knowledge: {
    title: "Conocimiento",
    description: "Documentos y respuestas con los que contestan los agentes, y por qué encuentran lo que encuentran.",
  },
  "api-keys": { title: "Claves de API", description: "Claves de un cliente, con permisos; se muestran una sola vez." },
  notices: { title: "Avisos", description: "A quién se escribe cuando algo necesita a una persona." },
  conversations: {
    title: "Conversaciones",
    description: "Leer, buscar, tomar el relevo, devolverlo, responder como persona.",
  },
  contacts: { title: "Contactos", description: "Las personas que escriben; borrar todo lo de una." },
  "dead-letters": {
    title: "Sin entregar",
    description: "Lo que necesita a una persona: mensajes y turnos que se dieron por perdidos.",
  },
  usage: { title: "Consumo", description: "Tokens y coste, límites y estado." },
  auth: { title: "Acceso", description: "Enlaces de acceso de un solo uso." },
};

export const operations: Record<string, Told> = {
  createTenant: {
    summary: "Crear un cliente",
    description: "Toma una base de datos libre de la reserva; `POOL_EXHAUSTED` cuando no queda ninguna.",
  },
  listTenants: { summary: "Listar los clientes" },
  getTenant: { summary: "Leer un cliente" },
  updateTenant: { summary: "Cambiar el nombre o el idioma de un cliente" },
  suspendTenant: { summary: "Suspender un cliente: sus agentes callan al instante" },
  pauseTenant: { summary: "Pausar los agentes de un cliente; las personas pueden seguir respondiendo" },
  rewrapTenant: {
    summary: "Proteger la clave de datos de un cliente con la clave maestra más nueva; el último paso de una rotación",
  },
  activateTenant: { summary: "Volver a poner en marcha un cliente" },
  setTenantLimits: {
    summary: "Fijar el presupuesto de un cliente",
    description:
      "Tokens y dinero (millonésimas de dólar) por periodo; `null` es sin límite. Entra en vigor al instante.",
  },
  getPool: { summary: "Cuántas bases de datos de clientes quedan libres" },
  setDemo: { summary: "Elegir el canal con el que habla la página de demostración" },
  createSignInLink: {
    summary: "Crear un enlace de acceso de un solo uso",
    description: "Sirve una vez, durante 15 minutos, y abre una sesión de 12 horas.",
  },
  createAgent: {
    summary: "Crear un agente",
    description: "Un borrador: no responde a nadie hasta que se publica.",
  },
  listAgents: { summary: "Listar los agentes" },
  getAgent: {
    summary: "Leer un agente",
    description: "El borrador tal como se edita; lo que está en marcha es la versión que nombra `releaseId`.",
  },
  updateAgent: {
    summary: "Sustituir los ajustes de un agente",
    description:
      "Envíe en `If-Match` el ETag que leyó: un cambio que otra persona haya hecho entretanto da 412. Publique para ponerlo en vigor.",
  },
  archiveAgent: {
    summary: "Archivar un agente",
    description: "Sus conversaciones y versiones se pueden seguir leyendo.",
  },
  publishAgent: {
    summary: "Publicar un agente",
    description:
      "Congela los ajustes en una versión y la pone en vigor para cada turno que empiece desde ahora. Con `canary` la recibe solo una parte de las conversaciones. La respuesta dice en qué se diferencia de la versión anterior.",
  },
  diffAgent: {
    summary: "Comparar dos ediciones de un agente",
    description:
      "Una lista plana de lo que cambia, con el antes y el después; los textos largos, por líneas. Sin `from` se parte de lo que está en vigor; sin `to` se llega al borrador, tal como se publicaría ahora.",
  },
  rollbackAgent: {
    summary: "Volver a poner en vigor una versión anterior",
    description: "Para todas las conversaciones o, con `canary`, para una parte de ellas.",
  },
  listReleases: { summary: "Listar las versiones de un agente" },
  getRelease: { summary: "Leer una versión tal como está en marcha" },
  getCanary: { summary: "Ver cómo va una versión a prueba al lado de la que está en vigor" },
  changeCanary: {
    summary: "Cambiar la parte de las conversaciones que tiene la versión a prueba",
    description: "Las conversaciones que ya la tienen la conservan mientras la parte crece.",
  },
  promoteCanary: { summary: "Poner en vigor la versión a prueba para todas las conversaciones" },
  stopCanary: {
    summary: "Retirar una versión a prueba",
    description: "Todas las conversaciones vuelven a la versión en vigor, cada una desde su próximo turno.",
  },
  listCanaries: { summary: "Listar las versiones a prueba de un agente y cómo terminaron" },
  listChannelKinds: {
    summary: "Listar los tipos de canal",
    description:
      "Todo lo que hace falta para dibujar el formulario de un canal nuevo. La lista es corta y llega entera.",
  },
  getChannelKind: { summary: "Leer un tipo de canal" },
  createChannel: {
    summary: "Crear un canal",
    description:
      "Los secretos que crea la plataforma se muestran en esta respuesta y nunca más. El paso siguiente es conectarlo con su proveedor.",
  },
  listChannels: { summary: "Listar los canales" },
  getChannel: { summary: "Leer un canal" },
  updateChannel: { summary: "Cambiar un canal" },
  connectChannel: {
    summary: "Conectar un canal con su proveedor",
    description:
      "Hace lo que permite la API del proveedor, comprueba lo demás y dice en español y en inglés qué falta. Se puede repetir cuando se quiera: después de rotar un secreto, o para ver si todo sigue bien. Lo que está mal aparece en `checks`, no en el código de estado; 409 si otra persona está conectando el canal o lo ha cambiado entretanto.",
  },
  disconnectChannel: {
    summary: "Desconectar un canal de su proveedor",
    description:
      "Deshace lo que hizo la conexión: el proveedor deja de entregar aquí. El canal y sus secretos se conservan.",
  },
  disableChannel: {
    summary: "Deshabilitar un canal: no entra ni sale nada por él",
    description:
      "Al proveedor no se le dice nada: mientras `connection.connected` sea verdadero sigue entregando aquí, y se le rechaza. Para que deje de hacerlo, desconecte antes el canal.",
  },
  enableChannel: {
    summary: "Volver a habilitar un canal",
    description: "Uno que se desconectó hay que volver a conectarlo también.",
  },
  rotateChannelSecret: {
    summary: "Dar un secreto nuevo a un canal",
    description:
      "El secreto nuevo se muestra una vez. Donde un canal acepta dos, el anterior vale hasta la siguiente rotación. Vuelva a conectar el canal para que el proveedor lo sepa.",
  },
  createProvider: {
    summary: "Añadir un proveedor de modelos",
    description:
      "OpenAI, Google Gemini o Anthropic con una clave propia, o cualquier servidor compatible con OpenAI por su dirección. La clave se guarda sellada y no vuelve a mostrarse; los agentes nombran al proveedor por su identificador.",
  },
  listProviders: { summary: "Listar los proveedores de modelos" },
  getProvider: { summary: "Leer un proveedor de modelos" },
  updateProvider: { summary: "Cambiar un proveedor de modelos" },
  deleteProvider: { summary: "Quitar un proveedor de modelos" },
  listModels: {
    summary: "Listar los modelos",
    description:
      "Los modelos que un agente puede nombrar: los de la plataforma y los de los proveedores propios de los que se sabe algo, con lo que sabe hacer cada uno, cuánto le cabe y cuánto cuesta. También sirven otros. La lista es corta y viene entera.",
  },
  checkProvider: {
    summary: "Comprobar un proveedor de modelos",
    description:
      "Pregunta al proveedor qué modelos puede usar la clave, lo que no cuesta nada, y dice en español y en inglés si funciona. Lo que va mal está en `checks`, no en el estado.",
  },
  createKnowledgeBase: {
    summary: "Crear una base de conocimiento",
    description:
      "En ella van los documentos y las respuestas; los agentes la nombran en `settings.knowledge.bases` y contestan con ella.",
  },
  listKnowledgeBases: { summary: "Listar las bases de conocimiento" },
  getKnowledgeBase: { summary: "Leer una base de conocimiento" },
  updateKnowledgeBase: { summary: "Cambiar una base de conocimiento" },
  deleteKnowledgeBase: {
    summary: "Borrar una base de conocimiento",
    description:
      "Con todo lo que hay en ella. Desde ese momento no se encuentra nada suyo; los archivos y los vectores se quitan después.",
  },
  uploadKnowledgeDocument: {
    summary: "Subir un documento",
    description:
      "El cuerpo es el archivo mismo: PDF, DOCX, XLSX, CSV, HTML, Markdown o texto; lo que es se ve en sus bytes. Se lee después, `status` dice cómo va. El mismo archivo otra vez es el mismo documento.",
  },
  addKnowledgeAnswer: {
    summary: "Añadir una pregunta con su respuesta",
    description: "Un documento de un solo pasaje, que se encuentra por las palabras y por el sentido de las dos.",
  },
  listKnowledgeDocuments: { summary: "Listar los documentos y las respuestas" },
  getKnowledgeDocument: { summary: "Leer el estado de un documento" },
  reindexKnowledgeDocument: {
    summary: "Volver a leer un documento",
    description: "Hasta que esté leído se encuentra lo que ya había.",
  },
  deleteKnowledgeDocument: {
    summary: "Borrar un documento",
    description: "Desde ese momento no se encuentra nada suyo; el archivo y los vectores se quitan después.",
  },
  searchKnowledge: {
    summary: "Buscar una pregunta",
    description:
      "Lo que vería un agente con estas bases ante esta pregunta, y por qué: qué ha encontrado cada una de las dos búsquedas, y con qué acierto.",
  },
  listKnowledgeGaps: {
    summary: "Listar las preguntas sin respuesta",
    description:
      "Preguntas de contactos de las que no trata nada en las bases de su agente, primero las más nuevas. Hace falta además `conversations.read`.",
  },
  createApiKey: {
    summary: "Crear una clave de API",
    description: "La clave se muestra en esta respuesta y nunca más. Nadie puede dar un permiso que no tiene.",
  },
  listApiKeys: { summary: "Listar las claves de API" },
  getChannelHealth: {
    summary: "Cómo está un canal: su ritmo, su última hora y qué le pasa",
  },
  listChannelAlerts: {
    summary: "Listar los problemas encontrados en los canales",
    description:
      "Un aviso por problema y episodio: se cierra solo cuando consta que el canal vuelve a funcionar. `GET /v1/notices` dice a quién se avisa por correo.",
  },
  getNotices: { summary: "A quién se avisa por correo cuando algo necesita a una persona" },
  setNotices: { summary: "Fijar a quién se avisa por correo" },
  revokeApiKey: { summary: "Revocar una clave de API" },
  listConversations: { summary: "Listar las conversaciones, primero la última" },
  listContacts: { summary: "Listar los contactos, los más nuevos primero" },
  getContact: { summary: "Leer un contacto" },
  eraseContact: {
    summary: "Borrar un contacto",
    description:
      "Todo lo de la persona: conversaciones, mensajes, archivos, direcciones y la clave que los abre. Lo que está en marcha se detiene. No se puede deshacer; pedirlo otra vez responde lo mismo. Quien escriba después empieza de cero.",
  },
  listErasures: { summary: "Listar a quién se borró, cuándo y quién lo pidió; lo último primero" },
  getConversation: { summary: "Leer una conversación" },
  searchMessages: {
    summary: "Buscar mensajes por sus palabras",
    description: "Palabras enteras; tienen que aparecer todas. El índice guarda huellas con clave, nunca texto.",
  },
  listMessages: { summary: "Listar los mensajes de una conversación, primero el más nuevo" },
  sendMessage: {
    summary: "Responder como persona",
    description:
      "Toma el relevo de la conversación si no la tiene nadie. Repetido con la misma Idempotency-Key se envía una vez.",
  },
  listTurns: { summary: "Listar los turnos de una conversación con sus pasos, primero el más nuevo" },
  listSteps: { summary: "Listar las llamadas de un turno al modelo y a las herramientas" },
  getStepPrompt: { summary: "El texto exacto que recibió el modelo en un paso" },
  takeOverConversation: {
    summary: "Tomar el relevo en una conversación",
    description: "Desde este momento no sale de ella ningún mensaje automático hasta que se devuelva.",
  },
  handBackConversation: { summary: "Devolver una conversación al agente" },
  pauseConversation: {
    summary: "Tener callado al agente hasta una hora dada",
    description:
      "Se rechaza (`CONFLICT`) mientras una persona tenga la conversación por más tiempo: antes hay que devolverla.",
  },
  watchConversation: {
    summary: "Ver una conversación en directo (WebSocket)",
    description:
      "Mensajes: un `snapshot` del registro a partir de `after`, después un `row` por cada cambio y los trozos de una respuesta según se escribe.",
  },
  listDeadLetters: { summary: "Listar lo que quedó sin entregar" },
  replayDeadLetter: { summary: "Volver a intentar un mensaje o un turno perdido" },
  resolveDeadLetter: { summary: "Dejar a un lado algo sin entregar" },
  getUsage: { summary: "Tokens y coste por día, agente o modelo" },
  getTenantState: { summary: "Estado, límites y lo gastado de ellos" },
};
