#include "server/storage/ticket_subjects.hpp"

namespace callout::storage {
namespace {

// Each join finds one row by its key, or none; a NULL finds none without looking. They hang on a row that every
// database has, its first migration: a made one, (SELECT 1), would be a temporary table at every ticket.
constexpr std::string_view subjects_sql = R"sql(
SELECT customer.name AS customer_name, customer.address AS customer_address,
       customer.latitude AS customer_latitude, customer.longitude AS customer_longitude,
       asset.serial_number, asset.product_id, product.name AS product_name, asset.address AS asset_address,
       asset.latitude AS asset_latitude, asset.longitude AS asset_longitude,
       fault.name AS fault_name, office.id AS office_id, office.path AS office_path, office.name AS office_name,
       COALESCE(policy.automatic, FALSE) AS office_automatic
FROM schema_migration AS present
LEFT JOIN customer ON customer.id = ?
LEFT JOIN asset ON asset.id = ?
LEFT JOIN product ON product.id = asset.product_id
LEFT JOIN fault ON fault.id = ?
LEFT JOIN organisation_unit AS office ON office.id = ? AND office.kind = 'office' AND office.active
LEFT JOIN offering_policy AS policy ON policy.office_id = office.id
WHERE present.number = 1
)sql";

Site site_at(const Row& row, std::string_view address, std::string_view latitude, std::string_view longitude) {
    Site site{.address = row.get<std::string>(address), .point = std::nullopt};
    if (!row.is_null(latitude) && !row.is_null(longitude))
        site.point = dispatch::valid_or_missing(row.get<double>(latitude), row.get<double>(longitude));
    return site;
}

}  // namespace

TicketSubjects ticket_subjects(Connection& db, const TicketSubjectIds& ids) {
    // A ticket that waits to be written changes none of these, and a customer does not wait.
    const auto rows = db.query_apart(subjects_sql, ids.customer_id, ids.asset_id, ids.fault_id, ids.office_unit_id);
    const auto& row = rows.front();
    TicketSubjects subjects;
    if (!row.is_null("customer_name"))
        subjects.customer =
            SubjectCustomer{.name = row.get<std::string>("customer_name"),
                            .site = site_at(row, "customer_address", "customer_latitude", "customer_longitude")};
    if (!row.is_null("serial_number"))
        subjects.asset = SubjectAsset{.serial_number = row.get<std::string>("serial_number"),
                                      .product_id = row.get<std::int64_t>("product_id"),
                                      .product_name = row.get<std::string>("product_name"),
                                      .site = site_at(row, "asset_address", "asset_latitude", "asset_longitude")};
    if (!row.is_null("fault_name")) subjects.fault = SubjectFault{row.get<std::string>("fault_name")};
    if (!row.is_null("office_id"))
        subjects.office =
            SubjectOffice{.place = {row.get<std::int64_t>("office_id"), row.get<std::string>("office_path")},
                          .name = row.get<std::string>("office_name"),
                          .automatic = row.get<bool>("office_automatic")};
    return subjects;
}

}  // namespace callout::storage
