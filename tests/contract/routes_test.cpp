// Holds the route table of the program against api/openapi.yaml, both ways.
#include "server/api/routes.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <string>

namespace callout::api {
namespace {

// "POST /api/v1/tickets" for every operation of the document. Reads its layout, two spaces a level: paths at the
// second, methods at the third.
std::set<std::string> documented() {
    static const std::regex path{R"(^  (/[^:\s]+):\s*$)"};
    static const std::regex method{R"(^    (get|post|put|patch|delete):\s*$)"};
    std::set<std::string> operations;
    std::ifstream in{SOURCE_DIR "/api/openapi.yaml"};
    std::string current;
    for (std::string line; std::getline(in, line);) {
        std::smatch match;
        if (std::regex_match(line, match, path)) {
            current = match[1];
        } else if (std::regex_match(line, match, method)) {
            std::string operation = match[1];
            for (auto& c : operation) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            operations.insert(operation.append(" ").append(current));
        }
    }
    return operations;
}

std::set<std::string> routed() {
    // The stream is no route of the table: the transport upgrades it. Pages are files.
    std::set<std::string> operations{"GET /api/v1/stream", "GET /api/docs", "GET /api/openapi.yaml",
                                     "GET /api/events.schema.json"};
    for (const auto& route : routes())
        operations.insert(std::string{http::to_string(route.verb)} + " /api/v1" + std::string{route.path});
    return operations;
}

TEST(Contract, DocumentsEveryRouteOfTheProgram) {
    const auto document = documented();
    for (const auto& operation : routed())
        EXPECT_TRUE(document.contains(operation)) << operation << " is not in api/openapi.yaml";
}

TEST(Contract, PromisesNoRouteTheProgramDoesNotHave) {
    const auto table = routed();
    const auto document = documented();
    EXPECT_GT(document.size(), 40u) << "the document was not read";
    for (const auto& operation : document)
        EXPECT_TRUE(table.contains(operation)) << operation << " is only in api/openapi.yaml";
}

}  // namespace
}  // namespace callout::api
