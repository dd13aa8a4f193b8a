"""What a release tells those who collect data: DCAT-AP for portals, VoID for tools."""
