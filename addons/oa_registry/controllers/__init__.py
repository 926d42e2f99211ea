from . import ir_http, main, session
