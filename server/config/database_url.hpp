// The address of a database as one line: mysql://user:password@host:port/schema?tls_ca=FILE&tls_verify=false, or
// mysql://user@localhost/schema?socket=FILE. Special characters in it are percent-encoded.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "server/storage/endpoint.hpp"

namespace callout::config {

// The error says what is wrong with the address, in words that go on after its name; it never repeats the password.
tl::expected<storage::Endpoint, std::string> parse_database_url(std::string_view url);

// The same address with *** for the password; what is no address at all is masked whole.
std::string mask_password(std::string_view url);

}  // namespace callout::config
