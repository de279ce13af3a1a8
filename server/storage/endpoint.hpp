// Where a database is and how to sign in to it: a Unix socket, or a host and port, with TLS or without.
#pragma once

#include <cstdint>
#include <string>

namespace callout::storage {

struct Endpoint {
    // When set, host, port and TLS are not used.
    std::string unix_socket;
    std::string host;
    std::uint16_t port = 3306;
    std::string user;
    std::string password;
    std::string schema;
    bool tls = false;
    // PEM file of the certificate authority; required when tls is set.
    std::string tls_ca;
    bool tls_verify = true;
};

}  // namespace callout::storage
