#include "server/config/database_url.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace callout::config {
namespace {

tl::unexpected<std::string> wrong(std::string reason) {
    return tl::unexpected{std::move(reason)};
}

std::string wrong_parameter(storage::Endpoint& endpoint, const std::string& name, const std::string& value) {
    if (name == "socket") {
        endpoint.unix_socket = value;
    } else if (name == "tls_ca") {
        if (::access(value.c_str(), R_OK) != 0) return fmt::format("has a tls_ca that cannot be read: {}", value);
        endpoint.tls = true;
        endpoint.tls_ca = value;
    } else if (name == "tls_verify") {
        if (value != "true" && value != "false") return "has a tls_verify that is neither true nor false";
        endpoint.tls_verify = value == "true";
    } else {
        return fmt::format("has an unknown parameter \"{}\" (known: socket, tls_ca, tls_verify)", name);
    }
    return "";
}

}  // namespace

tl::expected<storage::Endpoint, std::string> parse_database_url(std::string_view text) {
    const auto parsed = boost::urls::parse_uri(text);
    if (!parsed)
        return wrong(
            "is not an address like mysql://user:password@host:3306/schema (special "
            "characters are percent-encoded)");
    const auto& url = *parsed;
    if (url.scheme() != "mysql" && url.scheme() != "mariadb") return wrong("must begin with mysql:// or mariadb://");
    storage::Endpoint endpoint;
    endpoint.host = url.host();
    endpoint.user = url.user();
    endpoint.password = url.password();
    if (const std::string port{url.port()}; !port.empty()) {
        const auto* end = port.data() + port.size();
        const auto [stopped, error] = std::from_chars(port.data(), end, endpoint.port);
        if (error != std::errc{} || stopped != end || endpoint.port == 0) return wrong("has a port that is no port");
    }
    if (url.segments().size() != 1 || url.segments().front().empty())
        return wrong("needs one schema after the host: mysql://host/schema");
    endpoint.schema = url.segments().front();
    for (const auto& parameter : url.params())
        if (auto reason = wrong_parameter(endpoint, std::string{parameter.key}, std::string{parameter.value});
            !reason.empty())
            return wrong(std::move(reason));
    if (endpoint.user.empty()) return wrong("needs a user: mysql://user@host/schema");
    if (endpoint.host.empty() && endpoint.unix_socket.empty()) return wrong("needs a host or a socket");
    return endpoint;
}

std::string mask_password(std::string_view text) {
    const auto parsed = boost::urls::parse_uri(text);
    if (!parsed) return "***";
    boost::urls::url url{*parsed};
    if (!url.has_password()) return std::string{text};
    url.set_password("---");
    // '*' would be percent-encoded by the library; the place of the password is known by its neighbours.
    std::string masked{url.buffer()};
    masked.replace(masked.find(":---@") + 1, 3, "***");
    return masked;
}

}  // namespace callout::config
