import { SwaggerUIBundle } from 'swagger-ui-dist'
import 'swagger-ui-dist/swagger-ui.css'

SwaggerUIBundle({
  url: '/api/openapi.yaml',
  dom_id: '#app',
  deepLinking: true,
  docExpansion: 'list',
  // The validator badge would call a foreign server.
  validatorUrl: null,
})
