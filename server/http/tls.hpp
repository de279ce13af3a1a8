// TLS as we speak it: 1.2 and newer, our certificate, no client certificates.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "server/http/server.hpp"

namespace callout::http {

// Throws std::runtime_error saying which file does not serve and why.
std::unique_ptr<boost::asio::ssl::context> make_tls_context(const TlsFiles& files);

}  // namespace callout::http
