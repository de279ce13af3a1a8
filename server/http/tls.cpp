#include "server/http/tls.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace callout::http {
namespace {

namespace ssl = boost::asio::ssl;

void demand(const boost::system::error_code& error, std::string_view what, const std::filesystem::path& file) {
    if (error) throw std::runtime_error(std::string{what} + " " + file.string() + ": " + error.message());
}

// Chooses http/1.1 of what the client offers; a client that offers only others goes on without ALPN.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                    unsigned int offered_length, void*) {
    // Static: what is chosen points into it after this function is left.
    static constexpr unsigned char ours[] = "\x08http/1.1";
    unsigned char* selected = nullptr;
    if (SSL_select_next_proto(&selected, length, ours, sizeof ours - 1, offered, offered_length) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *chosen = selected;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

std::unique_ptr<ssl::context> make_tls_context(const TlsFiles& files) {
    auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    // Idle connections give their 34 KiB of record buffers back.
    SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_alpn_select_cb(context->native_handle(), choose_protocol, nullptr);
    boost::system::error_code error;
    context->use_certificate_chain_file(files.certificate.string(), error);
    demand(error, "TLS certificate", files.certificate);
    context->use_private_key_file(files.key.string(), ssl::context::pem, error);
    demand(error, "TLS key", files.key);
    return context;
}

}  // namespace callout::http
